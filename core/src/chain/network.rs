//! Which network an order means. Names arrive as free text (docs/supplier-api.md §5.1): coin, contract, engine, chain
//! id and all names together say which it is, and none may contradict another. Nothing is guessed from an address; but
//! one whose form belongs to another chain than the named one is never paid to.

use families::Family;

use super::{
    Chain,
    address::{Address, AddressError, Checked, form},
};

mod families;

/// What a catalogue says about a network beside the name that an order gives: everything that says which chain it is.
#[derive(Clone, Copy, Debug)]
pub struct Listing<'a> {
    /// The name as it is sent.
    pub name: &'a str,
    /// The label to show.
    pub label: &'a str,
    /// The chain id, on the chains of the EVM.
    pub chain_id: Option<u64>,
    /// The virtual machine: `EVM`, `SVM`, ….
    pub engine: Option<&'a str>,
    /// The address of the coin's contract or mint there; `None` for the network's own coin.
    pub contract: Option<&'a str>,
}

/// What one word of a network's name means.
#[derive(Clone, Copy)]
enum Word {
    /// It names a chain.
    Chain(Chain),
    /// It names a chain where nothing else does: a token standard that other chains of the family took over.
    Standard(Chain),
    /// It means nothing by itself: `Mainnet`, `Network`.
    Filler,
    /// It makes another network of the one that is named beside it: `Cash`, `Liquid`.
    Other,
    /// The same, but one that kept the form of its addresses: `Classic`, `Nova`.
    Sibling,
    /// Names a network that we know no more of than the form of its addresses.
    Family(&'static Family),
}

/// Looks up a word, or several written as one, in lower case.
fn word(word: &str) -> Option<Word> {
    Some(Word::Chain(match word {
        "bitcoin" | "btc" | "xbt" => Chain::Bitcoin,
        "lightning" | "ln" | "lnbc" | "bolt11" | "btcln" => Chain::Lightning,
        "litecoin" | "ltc" => Chain::Litecoin,
        "dogecoin" | "doge" => Chain::Dogecoin,
        "ethereum" | "eth" | "ether" => Chain::Evm(Some(1)),
        "optimism" | "op" | "optimisticethereum" => Chain::Evm(Some(10)),
        "bnb" | "bsc" | "binance" | "smartchain" | "bnbsmartchain" | "binancesmartchain" => Chain::Evm(Some(56)),
        "polygon" | "matic" | "pol" => Chain::Evm(Some(137)),
        "base" => Chain::Evm(Some(8453)),
        "arbitrum" | "arb" | "arbitrumone" | "arbone" | "arb1" => Chain::Evm(Some(42161)),
        "avalanche" | "avax" | "cchain" | "avaxc" | "avalanchec" => Chain::Evm(Some(43114)),
        "worldchain" => Chain::Evm(Some(480)),
        "evm" | "eip155" => Chain::Evm(None),
        "solana" | "sol" | "spl" | "svm" => Chain::Solana,
        "tron" | "trx" | "trc20" | "trx20" | "trc10" => Chain::Tron,
        "ton" | "toncoin" | "gram" | "opennetwork" | "theopennetwork" | "jetton" | "tep74" => Chain::Ton,
        "sui" => Chain::Sui,
        "xrp" | "xrpl" | "ripple" | "xrpledger" | "rippleledger" => Chain::Xrp,
        "erc20" => return Some(Word::Standard(Chain::Evm(Some(1)))),
        "bep20" => return Some(Word::Standard(Chain::Evm(Some(56)))),
        "mainnet" | "main" | "net" | "network" | "chain" | "blockchain" | "mainchain" | "mainnetbeta" | "token"
        | "tokens" | "pos" | "segwit" | "taproot" | "bech32" | "native" | "the" | "on" | "via" | "over" | "l1"
        | "layer1" | "l2" | "layer2" | "rollup" | "protocol" | "standard" | "coin" | "smart" => {
            return Some(Word::Filler);
        }
        "cash" | "sv" | "gold" | "diamond" | "private" | "liquid" | "beacon" | "testnet" => return Some(Word::Other),
        "classic" | "pow" | "fair" | "nova" => return Some(Word::Sibling),
        _ => return families::evm(word).map(Word::Chain).or_else(|| families::named(word).map(Word::Family)),
    }))
}

/// The endings that are written together with a name: `SolanaMainnet`, `USDTTRC20`.
const TAILS: [&str; 13] = [
    "mainnetbeta",
    "mainnet",
    "network",
    "blockchain",
    "chain",
    "protocol",
    "layer2",
    "l2",
    "trc20",
    "trx20",
    "erc20",
    "bep20",
    "evm",
];
/// What says at the end of a word where it is, or what its addresses are, whatever stands before it.
const STANDARDS: [&str; 5] = ["trc20", "trx20", "erc20", "bep20", "evm"];

fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// What a whole name means.
#[derive(Default)]
struct Name {
    /// The chains that its words name.
    chains: Vec<Chain>,
    /// The chain that a token standard in it stands for.
    standard: Option<Chain>,
    /// The chain that the coin's own ticker in it stands for: `ETH (Base)` is Base.
    by_coin: Option<Chain>,
    /// Whether every word is understood.
    is_whole: bool,
    /// The families of networks that its words name, and the one that the coin's own ticker in it does.
    families: Vec<&'static Family>,
    family_by_coin: Option<&'static Family>,
    /// Whether a word makes another network of it.
    is_other: bool,
    /// Whether that one may have addresses of another form.
    is_foreign: bool,
}

impl Name {
    /// Reads a name word by word; words that mean something together (`BEP-20`, `World Chain`) are taken together. The
    /// coin's own ticker means nothing (`USDT-TRC20`), unless it is the name of a chain.
    fn read(name: &str, coin: &str) -> Self {
        const MOST: usize = 4;
        let (name, coin) = (name.to_ascii_lowercase(), coin.trim().to_ascii_lowercase());
        let mut said = Self { is_whole: true, ..Self::default() };
        if let Some(chain) = name.trim().split_once(':').and_then(|(namespace, reference)| caip2(namespace, reference))
        {
            if chain == Chain::Unknown {
                (said.is_whole, said.is_other, said.is_foreign) = (false, true, true);
            } else {
                said.chains.push(chain);
            }
            return said;
        }
        let all: Vec<&str> = words(&name).collect();
        let mut rest = all.as_slice();
        while !rest.is_empty() {
            let joined = (1..=rest.len().min(MOST)).rev().find_map(|count| {
                let text = rest.get(..count)?.concat();
                let is_coin = text == coin;
                word(&text).or(is_coin.then_some(Word::Filler)).map(|word| (count, word, is_coin))
            });
            let count = match joined {
                Some((count, Word::Chain(chain), true)) => {
                    said.by_coin = Some(chain);
                    count
                }
                Some((count, Word::Family(family), true)) => {
                    said.family_by_coin = Some(family);
                    count
                }
                Some((count, word, _)) => {
                    said.add(word);
                    count
                }
                None => {
                    said.add_compound(rest.first().copied().unwrap_or_default(), &coin);
                    1
                }
            };
            rest = rest.get(count..).unwrap_or_default();
        }
        said
    }

    fn add(&mut self, word: Word) {
        match word {
            Word::Chain(chain) => self.chains.push(chain),
            Word::Standard(chain) => {
                // Two standards contradict each other like two chains.
                match self.standard {
                    Some(known) if known != chain => self.chains.extend([known, chain]),
                    Some(_) | None => self.standard = Some(chain),
                }
            }
            Word::Filler => {}
            Word::Other => (self.is_whole, self.is_other, self.is_foreign) = (false, true, true),
            Word::Sibling => (self.is_whole, self.is_other) = (false, true),
            Word::Family(family) => {
                self.families.push(family);
                (self.is_whole, self.is_other, self.is_foreign) = (false, true, true);
            }
        }
    }

    /// Reads a word that is not known: it may be a known one with an ending.
    fn add_compound(&mut self, text: &str, coin: &str) {
        let split = TAILS.into_iter().find_map(|tail| {
            let head = text.strip_suffix(tail)?;
            let first = word(head).or_else(|| (head == coin).then_some(Word::Filler))?;
            Some((first, word(tail)?))
        });
        match split {
            Some((first, second)) => {
                self.add(first);
                self.add(second);
            }
            None => {
                self.is_whole = false;
                // Whatever stands before it, a token standard says where the token is.
                let standard = STANDARDS.into_iter().find(|standard| text.ends_with(standard));
                if let Some(known @ (Word::Chain(_) | Word::Standard(_))) = standard.and_then(word) {
                    self.add(known);
                }
            }
        }
    }

    /// Returns the chains that it names, with what a token standard stands for where nothing else of that family is
    /// named, or the coin's ticker where nothing else is. Lightning is Bitcoin's, so that beside it Bitcoin adds
    /// nothing.
    fn chains(&self) -> impl Iterator<Item = Chain> {
        let is_told = self.chains.iter().any(|chain| matches!(chain, Chain::Evm(Some(_))));
        let standard = self.standard.filter(|_| !is_told);
        let by_coin = self.by_coin.filter(|_| self.chains.is_empty() && standard.is_none());
        let is_lightning = self.chains.contains(&Chain::Lightning);
        let chains = self.chains.iter().copied().filter(move |chain| !is_lightning || *chain != Chain::Bitcoin);
        chains.chain(standard).chain(by_coin)
    }

    /// The families that it names, or the coin's own where it names nothing else.
    fn families(&self) -> impl Iterator<Item = &'static Family> {
        let is_bare = self.families.is_empty() && self.chains().next().is_none();
        self.families.iter().copied().chain(self.family_by_coin.filter(|_| is_bare))
    }

    /// Returns what it means as a whole: nothing (`None`), a network, or something unknown ([`Chain::Unknown`]).
    fn chain(&self) -> Option<Chain> {
        if self.is_whole { self.chains().reduce(agreed) } else { Some(Chain::Unknown) }
    }
}

/// Returns what a whole name means, whatever the coin.
pub(crate) fn named(name: &str) -> Option<Chain> {
    Name::read(name, "").chain()
}

/// The chain of a CAIP-2 identifier; [`Chain::Unknown`] for one of a known namespace that is no main network of ours.
/// `None` where it is no such identifier.
pub(crate) fn caip2(namespace: &str, reference: &str) -> Option<Chain> {
    let is = |known: &[&str]| known.iter().any(|known| known.eq_ignore_ascii_case(reference));
    let main = |chain: Chain, known: &[&str]| if is(known) { chain } else { Chain::Unknown };
    Some(match namespace.to_ascii_lowercase().as_str() {
        "eip155" => Chain::Evm(Some(reference.parse().ok()?)),
        "bip122" if is(&["12a765e31ffd4059bada1e25190f6e98"]) => Chain::Litecoin,
        "bip122" if is(&["1a91e3dace36e2be3bf030a65679fe82"]) => Chain::Dogecoin,
        "bip122" => main(Chain::Bitcoin, &["000000000019d6689c085ae165831e93"]),
        "solana" if is(&["5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp", "mainnet"]) => Chain::Solana,
        "solana"
            if is(&["EtWTRABZaYq6iMfeYKouRu166VU2xqa1", "4uhcVJyU9pJkvQyS88uRDiswHXSGkY3z", "devnet", "testnet"]) =>
        {
            Chain::Unknown
        }
        "tron" if reference.starts_with("0x") || is(&["mainnet", "nile", "shasta"]) => {
            main(Chain::Tron, &["0x2b6653dc", "mainnet"])
        }
        "ton" | "tvm" if is(&["-239", "-3", "mainnet", "testnet"]) => main(Chain::Ton, &["-239", "mainnet"]),
        "sui" if is(&["mainnet", "testnet", "devnet"]) => main(Chain::Sui, &["mainnet"]),
        "xrpl" if is(&["0", "1", "2", "mainnet", "testnet", "devnet"]) => main(Chain::Xrp, &["0", "mainnet"]),
        _ => return None,
    })
}

fn agreed(one: Chain, other: Chain) -> Chain {
    match (one, other) {
        (one, other) if one == other => one,
        (Chain::Bitcoin, Chain::Lightning) | (Chain::Lightning, Chain::Bitcoin) => Chain::Lightning,
        (Chain::Evm(None), known @ Chain::Evm(_)) | (known @ Chain::Evm(_), Chain::Evm(None)) => known,
        _ => Chain::Unknown,
    }
}

/// Returns whether addresses of both have one form: the chains of the EVM share theirs.
fn is_one_family(one: Chain, other: Chain) -> bool {
    one == other || matches!((one, other), (Chain::Evm(_), Chain::Evm(_)))
}

/// The words that name a test network, and chain ids of such networks.
const TEST_WORDS: [&str; 29] = [
    "testnet",
    "testnet3",
    "testnet4",
    "test",
    "devnet",
    "signet",
    "regtest",
    "sepolia",
    "goerli",
    "holesky",
    "hoodi",
    "mumbai",
    "amoy",
    "fuji",
    "chapel",
    "nile",
    "shasta",
    "altnet",
    "saigon",
    "cardona",
    "bepolia",
    "alfajores",
    "chiado",
    "minato",
    "hekla",
    "moonbase",
    "curtis",
    "westend",
    "preprod",
];
/// The words that are no part of any other word: `BaseSepolia`.
const TEST_PARTS: [&str; 6] = ["testnet", "devnet", "regtest", "sepolia", "goerli", "holesky"];
const TEST_CHAINS: [u64; 43] = [
    3,
    4,
    5,
    97,
    300,
    338,
    420,
    588,
    919,
    998,
    1287,
    1301,
    1328,
    1946,
    2522,
    4002,
    4202,
    4801,
    5003,
    5611,
    10200,
    11124,
    17000,
    37111,
    43113,
    44787,
    57054,
    59141,
    59902,
    80001,
    80002,
    80069,
    84531,
    84532,
    167_009,
    421_613,
    421_614,
    534_351,
    560_048,
    763_373,
    11_155_111,
    11_155_420,
    168_587_773,
];

/// Returns why nothing may be paid on a network, whatever the address: it is a test network.
fn check_network(network: &str, via: Option<Listing<'_>>) -> Result<(), AddressError> {
    let by_id = via.and_then(|via| via.chain_id);
    let names = [Some(network), via.map(|via| via.name), via.map(|via| via.label), via.and_then(|via| via.engine)];
    let is_test = |name: &str| {
        let name = name.to_ascii_lowercase();
        // An identifier of CAIP-2 tells its test networks by numbers.
        let caip2 = name.trim().split_once(':').map(|(space, reference)| (space, caip2(space, reference)));
        let by_caip2 = caip2.is_some_and(|(space, said)| said == Some(Chain::Unknown) && space != "bip122");
        let is_test_id = |chain: Chain| matches!(chain, Chain::Evm(Some(id)) if TEST_CHAINS.contains(&id));
        if by_caip2 || Name::read(&name, "").chains().any(is_test_id) {
            return true;
        }
        words(&name).any(|word| TEST_WORDS.contains(&word) || TEST_PARTS.iter().any(|part| word.contains(part)))
    };
    if names.into_iter().flatten().any(is_test) || by_id.is_some_and(|id| TEST_CHAINS.contains(&id)) {
        return Err(AddressError::TestNetwork);
    }
    Ok(())
}

/// Returns the network that a name, coin, chain id and engine mean; names are free text.
///
/// Where these contradict each other, or a word of the name is not understood, the network stays [`Chain::Unknown`].
///
/// ```
/// use cr_core::chain::{Chain, resolve};
///
/// for (coin, network, chain) in [
///     ("BTC", "Mainnet", Chain::Bitcoin),
///     ("BTC", "Lightning", Chain::Lightning),
///     ("USDC", "POLYGON (MATIC)", Chain::Evm(Some(137))),
///     ("USDT", "TRC20", Chain::Tron),
///     ("USDC", "Solana Ethereum", Chain::Unknown),
/// ] {
///     assert_eq!(resolve(coin, network, None), chain, "{coin} {network}");
/// }
/// ```
pub fn resolve(coin: &str, network: &str, via: Option<Listing<'_>>) -> Chain {
    let by_id = via.and_then(|via| via.chain_id).map(|id| Chain::Evm(Some(id)));
    // An unknown engine means nothing.
    let by_engine = engine(via);
    // A chain id says more than a name that is not understood.
    let by_name = Name::read(network, coin).chain().filter(|chain| by_id.is_none() || *chain != Chain::Unknown);
    let said = [by_name, by_id, by_engine].into_iter().flatten().reduce(agreed);
    // A bare `Mainnet` is that of the coin.
    let chain = said.or_else(|| if network.trim().is_empty() { None } else { named(coin) }).unwrap_or(Chain::Unknown);
    if may_carry(chain, coin) { chain } else { Chain::Unknown }
}

/// Returns the chain that an order is on by all that is known of it: the one that its payee is checked for and whose
/// units its amounts are in. [`Chain::Unknown`] where the facts contradict each other; such an order has no payee.
pub(crate) fn chain_of(coin: &str, network: &str, via: Option<Listing<'_>>) -> Chain {
    agreed_chain(coin, &Name::read(network, coin), network, via).unwrap_or(Chain::Unknown)
}

/// Returns the one chain that a name means for a coin, by themselves. A coin of one chain says enough beside a name
/// that is only half understood (`XRP Ledger (tag required)`), but nothing beside one that names no chain at all.
pub(super) fn spelt(coin: &str, network: &str) -> Option<Chain> {
    let is_one = |chain: &Chain| !matches!(chain, Chain::Unknown | Chain::Evm(None));
    Some(resolve(coin, network, None)).filter(is_one).or_else(|| {
        let name = Name::read(network, coin);
        name.chains().next()?;
        agreed_chain(coin, &name, network, None).ok().filter(is_one)
    })
}

fn is(coin: &str, tickers: &[&str]) -> bool {
    tickers.iter().any(|ticker| ticker.eq_ignore_ascii_case(coin.trim()))
}

/// Returns whether a chain can carry a coin at all: those in Bitcoin's tradition carry only their own.
fn may_carry(chain: Chain, coin: &str) -> bool {
    match chain {
        Chain::Bitcoin | Chain::Lightning => is(coin, &["BTC", "XBT"]),
        Chain::Litecoin => is(coin, &["LTC"]),
        Chain::Dogecoin => is(coin, &["DOGE"]),
        Chain::Evm(_) | Chain::Solana | Chain::Tron | Chain::Ton | Chain::Sui | Chain::Xrp | Chain::Unknown => true,
    }
}

/// Returns the chain that a coin is native to. Elsewhere it is a token, which has a contract there. Lightning is
/// Bitcoin's too.
fn home(coin: &str) -> Option<Chain> {
    let homes: [(&[&str], Chain); 8] = [
        (&["BTC", "XBT"], Chain::Bitcoin),
        (&["LTC"], Chain::Litecoin),
        (&["DOGE"], Chain::Dogecoin),
        (&["XRP"], Chain::Xrp),
        (&["SOL"], Chain::Solana),
        (&["TRX"], Chain::Tron),
        (&["TON", "GRAM"], Chain::Ton),
        (&["SUI"], Chain::Sui),
    ];
    homes.into_iter().find(|(tickers, _)| is(coin, tickers)).map(|(_, chain)| chain)
}

/// The coins whose own networks took over the addresses of a known chain.
const HEIRS: [(&str, Chain); 14] = [
    ("BCH", Chain::Bitcoin),
    ("BSV", Chain::Bitcoin),
    ("XEC", Chain::Bitcoin),
    ("DGB", Chain::Bitcoin),
    ("VTC", Chain::Bitcoin),
    ("FTC", Chain::Bitcoin),
    ("MONA", Chain::Bitcoin),
    ("SYS", Chain::Bitcoin),
    ("GRS", Chain::Bitcoin),
    ("DGB", Chain::Dogecoin),
    ("QTUM", Chain::Litecoin),
    ("XAH", Chain::Xrp),
    ("EVER", Chain::Ton),
    ("VENOM", Chain::Ton),
];

/// Returns the network and the checked payee of an order, by all that is known of them.
///
/// # Errors
/// [`AddressError::TestNetwork`] for a test network, [`AddressError::OtherNetwork`] where coin, contract, engine, chain
/// id and names contradict each other or the form of the address belongs to another chain, and what [`Address::parse`]
/// finds.
pub fn payee(
    coin: &str,
    network: &str,
    via: Option<Listing<'_>>,
    address: &str,
) -> Result<(Chain, Address), AddressError> {
    check_network(network, via)?;
    let name = Name::read(network, coin);
    let chain = agreed_chain(coin, &name, network, via)?;
    let payee = Address::parse(chain, address)?;
    let payee = if chain == Chain::Unknown { check_form(coin, &name, via, payee)? } else { payee };
    Ok((chain, payee))
}

/// Returns the chain, where all facts agree.
fn agreed_chain(coin: &str, name: &Name, network: &str, via: Option<Listing<'_>>) -> Result<Chain, AddressError> {
    let known = |chain: &Chain| *chain != Chain::Unknown;
    let by_id = via.and_then(|via| via.chain_id).map(|id| Chain::Evm(Some(id)));
    let by_name = name.chain();
    // A name that contradicts itself is not the same as an unknown one; two chains of one form do no harm by
    // themselves.
    if name.is_whole && by_name == Some(Chain::Unknown) {
        let first = name.chains().next().unwrap_or(Chain::Unknown);
        let is_among = |id| name.chains().any(|chain| chain == id);
        if !name.chains().all(|chain| is_one_family(first, chain)) || by_id.is_some_and(|id| !is_among(id)) {
            return other();
        }
    }
    let label = via.and_then(|via| Name::read(via.label, coin).chain());
    let mut said = None;
    for more in [by_name, label, by_id].into_iter().flatten().filter(known) {
        let chain = said.map_or(more, |chain| agreed(chain, more));
        if chain == Chain::Unknown {
            return other();
        }
        said = Some(chain);
    }
    // The known part of a name must not contradict the rest either, as far as addresses tell chains apart.
    let is_like = |part: Chain, chain: Chain| is_one_family(part, chain) || agreed(part, chain) != Chain::Unknown;
    if said.is_some_and(|chain| name.chains().any(|part| !is_like(part, chain))) {
        return other();
    }
    let contract = via.and_then(|via| via.contract);
    let own = home(coin).filter(|own| name.chains().all(|part| is_like(part, *own)));
    let chain = match (said, own) {
        (Some(chain), _) => chain,
        (None, _) if network.trim().is_empty() => Chain::Unknown,
        // A bare `Mainnet` is that of the coin.
        (None, _) if name.is_whole && name.chains().next().is_none() => named(coin).unwrap_or(Chain::Unknown),
        // A coin of one chain says enough beside an unknown name.
        (None, Some(own)) if !name.is_other && contract.is_none() => name.chains().fold(own, agreed),
        (None, _) => Chain::Unknown,
    };
    // Away from its own chain a coin is a token; one without a contract is not there.
    let is_away = match home(coin) {
        Some(own) => !is_like(own, chain) && (chain != Chain::Unknown || own_is_denied(name, own)),
        None => chain != Chain::Unknown && named(coin).filter(known).is_some_and(|own| !is_like(own, chain)),
    };
    if is_away && contract.is_none() {
        return other();
    }
    if !may_carry(chain, coin) {
        let is_known = home(coin).is_some() || is(coin, &TOKENS) || named(coin).is_some_and(|own| known(&own));
        return if is_known { other() } else { Ok(Chain::Unknown) };
    }
    // A family that is named has addresses of its own, unless they are those of this chain.
    let is_named = name.chains().any(|part| is_like(part, chain)) || name.families.iter().any(|of| of.shares(chain));
    if chain != Chain::Unknown && !name.families.is_empty() && !is_named {
        return other();
    }
    // Tron's virtual machine descends from Ethereum's, and is sometimes named so.
    let is_trons = |said: Chain| (said, chain) == (Chain::Evm(None), Chain::Tron);
    let fits = |said: Chain| chain == Chain::Unknown || is_like(said, chain);
    let by_contract = contract.and_then(form);
    if engine(via).is_some_and(|said| !fits(said) && !is_trons(said)) || by_contract.is_some_and(|said| !fits(said)) {
        return other();
    }
    Ok(chain)
}

/// Returns whether an unknown name says that it is not the coin's own chain.
fn own_is_denied(name: &Name, own: Chain) -> bool {
    name.is_other || name.chains().any(|part| agreed(part, own) == Chain::Unknown)
}

/// Returns the engine, if it is a known one.
fn engine(via: Option<Listing<'_>>) -> Option<Chain> {
    via.and_then(|via| via.engine).and_then(named).filter(|chain| *chain != Chain::Unknown)
}

/// The stablecoins and wrapped coins, which exist on no chain in Bitcoin's tradition.
const TOKENS: [&str; 20] = [
    "USDT", "USDC", "USDC.e", "USDT0", "DAI", "USDS", "EURC", "EUROC", "PYUSD", "FDUSD", "TUSD", "BUSD", "USDE",
    "USDP", "RLUSD", "WBTC", "CBBTC", "WETH", "STETH", "XAUT",
];

const fn other() -> Result<Chain, AddressError> {
    Err(AddressError::OtherNetwork)
}

/// Checks an address on an unknown network: one whose form is another chain's is not paid to, nor one that does not have
/// the form of the family that is named.
fn check_form(coin: &str, name: &Name, via: Option<Listing<'_>>, payee: Address) -> Result<Address, AddressError> {
    let address = payee.as_str();
    // Engine and contract are meant for machines: what they say holds for the payee too, except for a form that several
    // chains share.
    let contract = via.and_then(|via| via.contract).and_then(form);
    let contract = contract.filter(|chain| *chain != Chain::Sui);
    for chain in [engine(via), contract].into_iter().flatten() {
        Address::parse(chain, address)?;
    }
    if let Some(checked) = check_family(coin, name, via, address)? {
        return Ok(payee.with(checked));
    }
    let is_heir_of = |chain: Chain| HEIRS.iter().any(|(ticker, of)| is(coin, &[ticker]) && *of == chain);
    // The name names chains of one form and denies none: the address has that form, and its checksum is right.
    let hint = name.chains().next().filter(|hint| !is_heir_of(*hint));
    if let Some(hint) = hint.filter(|hint| !name.is_foreign && name.chains().all(|chain| is_one_family(*hint, chain))) {
        Address::parse(hint, address)?;
    }
    let Some(found) = form(address) else { return Ok(payee) };
    let is_named = name.chains().chain(engine(via)).chain(contract).any(|hint| is_one_family(hint, found));
    // Many networks have Ethereum's addresses, and some have addresses that look like those of Solana or Sui.
    let is_shared = matches!(found, Chain::Evm(_) | Chain::Solana | Chain::Sui) && name.chains().next().is_none();
    if is_named || is_shared || is_heir_of(found) { Ok(payee) } else { Err(AddressError::OtherNetwork) }
}

/// How far an address is one of the family that the name, the label or, where both say nothing, the coin tells;
/// `None` where none of them tells one. A chain that is named beside it (`Aurora (NEAR)`, `Sei EVM`) says more than
/// the family.
fn check_family(
    coin: &str,
    name: &Name,
    via: Option<Listing<'_>>,
    address: &str,
) -> Result<Option<Checked>, AddressError> {
    let label = via.map(|via| Name::read(via.label, coin));
    let mut families: Vec<&Family> = name.families().collect();
    if families.is_empty() && name.chains().next().is_none() {
        families.extend(label.iter().flat_map(|label| label.families()));
        // A coin that is at home in a family says enough beside a name that says nothing, unless it is a token with a
        // contract.
        let is_told = !families.is_empty() || name.is_other || via.is_some_and(|via| via.contract.is_some());
        families.extend(families::home(coin).filter(|_| !is_told));
    }
    if families.is_empty() {
        return Ok(None);
    }
    for chain in name.chains() {
        if families.iter().any(|family| family.shares(chain)) || Address::parse(chain, address).is_ok() {
            return Address::parse(chain, address).map(|address| Some(address.checked()));
        }
    }
    families.iter().find_map(|family| family.check(address)).map(Some).ok_or(AddressError::OtherNetwork)
}
