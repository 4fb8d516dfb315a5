//! Names of networks beyond those that we make links for: further chains of the EVM, and families whose addresses
//! have a form of their own. Of these the form is checked, as far as it can be, and nothing else is known.

use bech32::{Bech32, Bech32m, primitives::decode::CheckedHrpstring};

use super::super::address::{Address, Checked, base58check};
use super::{Chain, is_one_family};

/// Chains of the EVM by the names that they are written with, as one word in lower case, and their ids (EIP-155).
const EVM: &[(&str, u64)] = &[
    ("linea", 59144),
    ("zksync", 324),
    ("zksyncera", 324),
    ("scroll", 534_352),
    ("mantle", 5000),
    ("opbnb", 204),
    ("blast", 81457),
    ("blastl2", 81457),
    ("gnosis", 100),
    ("gnosischain", 100),
    ("xdai", 100),
    ("celo", 42220),
    ("sonic", 146),
    ("berachain", 80094),
    ("bera", 80094),
    ("fantom", 250),
    ("fantomopera", 250),
    ("ftm", 250),
    ("cronos", 25),
    ("cronosevm", 25),
    ("crc20", 25),
    ("moonbeam", 1284),
    ("glmr", 1284),
    ("moonriver", 1285),
    ("movr", 1285),
    ("aurora", 1_313_161_554),
    ("metis", 1088),
    ("metisandromeda", 1088),
    ("boba", 288),
    ("polygonzkevm", 1101),
    ("arbitrumnova", 42170),
    ("arbnova", 42170),
    ("mode", 34443),
    ("zora", 7_777_777),
    ("manta", 169),
    ("mantapacific", 169),
    ("taiko", 167_000),
    ("taikoalethia", 167_000),
    ("kaia", 8217),
    ("klaytn", 8217),
    ("klay", 8217),
    ("unichain", 130),
    ("ink", 57073),
    ("inkonchain", 57073),
    ("soneium", 1868),
    ("abstract", 2741),
    ("apechain", 33139),
    ("coredao", 1116),
    ("corechain", 1116),
    ("pulsechain", 369),
    ("pls", 369),
    ("prc20", 369),
    ("fraxtal", 252),
    ("lisk", 1135),
    ("hyperevm", 999),
    ("flare", 14),
    ("immutablezkevm", 13371),
    ("bob", 60808),
    ("kavaevm", 2222),
    ("evmosevm", 9001),
    ("ethereumclassic", 61),
    ("etc", 61),
    ("ethereumpow", 10001),
    ("ethw", 10001),
    ("xlayer", 196),
    ("chiliz", 88888),
    ("chilizchain", 88888),
    ("seievm", 1329),
    ("confluxespace", 1030),
    ("espace", 1030),
    ("syscoinnevm", 57),
];

/// More of them, whose ids we do not hold for certain.
const EVM_WITHOUT_ID: &[&str] = &[
    "zksynclite",
    "plasma",
    "monad",
    "katana",
    "swellchain",
    "zircuit",
    "merlin",
    "mezo",
    "bitlayer",
    "etherlink",
    "viction",
    "tomochain",
    "zetachain",
    "shibarium",
    "wemix",
    "oasys",
    "hyperliquid",
    "hypercore",
    "somnia",
    "cyber",
    "morph",
    "xai",
    "degen",
    "lens",
    "story",
    "vechain",
    "vet",
    "theta",
    "thundercore",
    "fuse",
    "velas",
    "canto",
    "heco",
    "hrc20",
    "songbird",
];

/// The chain of the EVM that a word names. `eip155:56` and `EVM 56` name it by its id.
pub(super) fn evm(word: &str) -> Option<Chain> {
    let by_id = ["eip155", "evm"].iter().find_map(|start| word.strip_prefix(start)).filter(|id| !id.is_empty());
    let id = by_id.and_then(|id| id.parse().ok());
    let id = id.or_else(|| EVM.iter().find(|(name, _)| *name == word).map(|(_, id)| *id));
    match id {
        Some(id) => Some(Chain::Evm(Some(id))),
        None => EVM_WITHOUT_ID.contains(&word).then_some(Chain::Evm(None)),
    }
}

/// A form that addresses of a family have.
enum Form {
    /// That of a chain that we know.
    Of(Chain),
    /// Bech32 or bech32m with one of these human-readable parts.
    Bech32(&'static [&'static str]),
    /// Base58check whose payload begins with one of these.
    Base58Check(&'static [&'static [u8]]),
    /// SS58 with one of these prefixes: its checksum needs a hash that we do without.
    Ss58(&'static [u8]),
    /// One of these beginnings, so many characters in all, all of them of the alphabet.
    Text(&'static [&'static str], core::ops::RangeInclusive<usize>, Alphabet),
    /// The account of a network with names: lower case, with a point in it and letters behind that.
    Name,
}

#[derive(Clone, Copy)]
enum Alphabet {
    Hex,
    Base32,
    Base58,
    Alphanumeric,
    /// Digits and points: `0.0.1234`.
    Numbers,
}

/// Networks whose addresses have one form.
pub(super) struct Family {
    /// Words of its names, in lower case and as one.
    names: &'static [&'static str],
    /// Tickers of the coins that are at home there.
    tickers: &'static [&'static str],
    forms: &'static [Form],
}

const ETHEREUM: Form = Form::Of(Chain::Evm(None));
/// 32 bytes in hexadecimal digits; zeros at the beginning may be left away.
const HEX_32: Form = Form::Text(&["0x"], 62..=66, Alphabet::Hex);
const ZONES: &[&str] = &[
    "cosmos", "osmo", "noble", "celestia", "inj", "sei", "kava", "terra", "thor", "dydx", "axelar", "neutron",
    "stride", "juno", "akash", "secret", "cro", "dym", "evmos",
];

const FAMILIES: &[Family] = &[
    family(&["aptos", "movement"], &["APT"], &[HEX_32]),
    family(&["starknet"], &["STRK"], &[HEX_32]),
    family(
        &["near", "nearprotocol", "nep141"],
        &["NEAR"],
        &[Form::Name, Form::Text(&[""], 64..=64, Alphabet::Hex), ETHEREUM],
    ),
    family(&["cosmos", "cosmoshub", "gaia", "cw20"], &["ATOM"], &[Form::Bech32(ZONES)]),
    family(&["osmosis"], &["OSMO"], &[Form::Bech32(&["osmo"])]),
    family(&["noble"], &[], &[Form::Bech32(&["noble"])]),
    family(&["celestia"], &["TIA"], &[Form::Bech32(&["celestia"])]),
    family(&["injective"], &["INJ"], &[Form::Bech32(&["inj"]), ETHEREUM]),
    family(&["sei"], &["SEI"], &[Form::Bech32(&["sei"]), ETHEREUM]),
    family(&["kava"], &["KAVA"], &[Form::Bech32(&["kava"]), ETHEREUM]),
    family(&["terra", "terraclassic"], &["LUNA", "LUNC"], &[Form::Bech32(&["terra"])]),
    family(&["thorchain"], &["RUNE"], &[Form::Bech32(&["thor"])]),
    family(&["dydx", "dydxchain"], &["DYDX"], &[Form::Bech32(&["dydx"])]),
    family(&["dymension"], &["DYM"], &[Form::Bech32(&["dym"]), ETHEREUM]),
    family(&["evmos"], &["EVMOS"], &[Form::Bech32(&["evmos"]), ETHEREUM]),
    family(&["polkadot", "assethub", "polkadotassethub", "statemint"], &["DOT"], &[Form::Ss58(&[0, 42])]),
    family(&["kusama", "statemine"], &["KSM"], &[Form::Ss58(&[2, 0, 42])]),
    family(&["bittensor"], &["TAO"], &[Form::Ss58(&[42])]),
    family(
        &["cardano"],
        &["ADA"],
        &[Form::Bech32(&["addr"]), Form::Text(&["Ae2", "DdzFF"], 55..=130, Alphabet::Base58)],
    ),
    family(
        &["stellar", "stellarlumens", "lumens", "soroban"],
        &["XLM"],
        &[Form::Text(&["G"], 56..=56, Alphabet::Base32), Form::Text(&["M"], 69..=69, Alphabet::Base32)],
    ),
    family(&["algorand", "asa"], &["ALGO"], &[Form::Text(&[""], 58..=58, Alphabet::Base32)]),
    family(&["hedera", "hederahashgraph"], &["HBAR"], &[Form::Text(&["0.0."], 5..=20, Alphabet::Numbers), ETHEREUM]),
    family(
        &["tezos"],
        &["XTZ"],
        &[Form::Base58Check(&[&[6, 161, 159], &[6, 161, 161], &[6, 161, 164], &[6, 161, 166], &[2, 90, 121]])],
    ),
    family(&["monero"], &["XMR"], &[Form::Text(&["4", "8"], 95..=106, Alphabet::Base58)]),
    family(
        &["zcash"],
        &["ZEC"],
        &[Form::Base58Check(&[&[0x1c, 0xb8], &[0x1c, 0xbd]]), Form::Bech32(&["zs", "u", "tex"])],
    ),
    family(&["dash"], &["DASH"], &[Form::Base58Check(&[&[0x4c], &[0x10]])]),
    family(&["kaspa", "krc20"], &["KAS"], &[Form::Text(&["kaspa:q", "kaspa:p"], 67..=69, Alphabet::Alphanumeric)]),
    family(&["stacks", "sip10"], &["STX"], &[Form::Text(&["SP", "SM"], 38..=41, Alphabet::Alphanumeric)]),
    family(
        &["filecoin", "fvm"],
        &["FIL"],
        &[Form::Text(&["f1", "f2", "f3", "f4"], 8..=90, Alphabet::Alphanumeric), ETHEREUM],
    ),
    family(
        &["nano"],
        &["XNO"],
        &[Form::Text(&["nano_1", "nano_3", "xrb_1", "xrb_3"], 64..=65, Alphabet::Alphanumeric)],
    ),
    family(&["multiversx", "elrond"], &["EGLD"], &[Form::Bech32(&["erd"])]),
    family(&["zilliqa"], &["ZIL"], &[Form::Bech32(&["zil"]), ETHEREUM]),
    family(&["harmony"], &[], &[Form::Bech32(&["one"]), ETHEREUM]),
    family(&["iota", "shimmer"], &["IOTA"], &[Form::Bech32(&["iota", "smr"]), HEX_32]),
    family(&["aleo"], &["ALEO"], &[Form::Bech32(&["aleo"])]),
    family(&["chia"], &["XCH"], &[Form::Bech32(&["xch"])]),
    family(&["neo", "neo3", "neon3"], &["NEO"], &[Form::Base58Check(&[&[0x35], &[0x17]])]),
    family(&["waves"], &["WAVES"], &[Form::Text(&["3P"], 35..=35, Alphabet::Base58)]),
    family(&["mina", "minaprotocol"], &["MINA"], &[Form::Text(&["B62q"], 55..=55, Alphabet::Base58)]),
    family(&["ronin"], &["RON"], &[ETHEREUM, Form::Text(&["ronin:"], 46..=46, Alphabet::Hex)]),
    family(&["xdc", "xdcnetwork", "xinfin"], &["XDC"], &[ETHEREUM, Form::Text(&["xdc"], 43..=43, Alphabet::Hex)]),
    family(&["conflux"], &["CFX"], &[ETHEREUM, Form::Text(&["cfx:"], 46..=46, Alphabet::Alphanumeric)]),
    // Its own checksum is in the case of the letters (EIP-1191).
    family(&["rootstock", "rsk"], &["RBTC"], &[Form::Text(&["0x"], 42..=42, Alphabet::Hex)]),
    family(&["eclipse", "sonicsvm", "fogo"], &[], &[Form::Of(Chain::Solana)]),
    family(&["bep2", "beaconchain", "bnbbeaconchain"], &[], &[Form::Bech32(&["bnb"])]),
];

const fn family(names: &'static [&'static str], tickers: &'static [&'static str], forms: &'static [Form]) -> Family {
    Family { names, tickers, forms }
}

/// The family that a word names, by a ticker too.
pub(super) fn named(word: &str) -> Option<&'static Family> {
    FAMILIES.iter().find(|family| family.names.contains(&word) || family.is_home_of(word))
}

/// The family that a coin is at home in.
pub(super) fn home(coin: &str) -> Option<&'static Family> {
    FAMILIES.iter().find(|family| family.is_home_of(coin.trim()))
}

impl Family {
    fn is_home_of(&self, coin: &str) -> bool {
        self.tickers.iter().any(|ticker| ticker.eq_ignore_ascii_case(coin))
    }

    /// Whether its addresses may be those of a chain that we know.
    pub(super) fn shares(&self, chain: Chain) -> bool {
        self.forms.iter().any(|form| matches!(form, Form::Of(of) if is_one_family(*of, chain)))
    }

    /// How far an address is one of this family; `None` where it is none.
    pub(super) fn check(&self, address: &str) -> Option<Checked> {
        self.forms.iter().find_map(|form| form.check(address))
    }
}

impl Form {
    fn check(&self, address: &str) -> Option<Checked> {
        let address = address.trim();
        let form_only = |is_one: bool| is_one.then_some(Checked::FormOnly);
        match self {
            Self::Of(chain) => Address::parse(*chain, address).ok().map(|address| address.checked()),
            Self::Bech32(hrps) => {
                let parsed = CheckedHrpstring::new::<Bech32>(address)
                    .or_else(|_| CheckedHrpstring::new::<Bech32m>(address))
                    .ok()?;
                let hrp = parsed.hrp();
                hrps.iter().any(|known| known.eq_ignore_ascii_case(hrp.as_str())).then_some(Checked::Checksum)
            }
            Self::Base58Check(starts) => {
                let payload = base58check(address, bs58::Alphabet::BITCOIN).ok()?;
                let is_one = |start: &&[u8]| payload.strip_prefix(*start).is_some_and(|hash| hash.len() == 20);
                starts.iter().any(is_one).then_some(Checked::Checksum)
            }
            Self::Ss58(prefixes) => {
                let bytes = if address.len() <= 64 { bs58::decode(address).into_vec().ok()? } else { return None };
                form_only(bytes.len() == 35 && prefixes.contains(bytes.first()?))
            }
            Self::Text(starts, lengths, alphabet) => {
                let rest = starts.iter().find_map(|start| address.strip_prefix(start))?;
                form_only(lengths.contains(&address.len()) && rest.bytes().all(|byte| alphabet.has(byte)))
            }
            Self::Name => {
                let is_one = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-".contains(&byte);
                let top = address.rsplit_once('.').map_or("", |(_, top)| top);
                let has_top = top.len() > 1 && top.bytes().all(|byte| byte.is_ascii_lowercase());
                form_only(has_top && address.len() <= 64 && address.bytes().all(is_one))
            }
        }
    }
}

impl Alphabet {
    fn has(self, byte: u8) -> bool {
        match self {
            Self::Hex => byte.is_ascii_hexdigit(),
            Self::Base32 => byte.is_ascii_uppercase() || (b'2'..=b'7').contains(&byte),
            Self::Base58 => byte.is_ascii_alphanumeric() && !b"0OIl".contains(&byte),
            Self::Alphanumeric => byte.is_ascii_alphanumeric(),
            Self::Numbers => byte.is_ascii_digit() || byte == b'.',
        }
    }
}
