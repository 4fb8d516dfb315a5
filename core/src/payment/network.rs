//! Which network an order means. Names arrive as free text (docs/supplier-api.md §5.1); nothing is guessed from an address.

use super::address::AddressError;
use crate::catalog::Network as ViaNetwork;

/// A network family with its own address form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Chain {
    /// Bitcoin main chain.
    Bitcoin,
    /// Bitcoin over Lightning.
    Lightning,
    /// Litecoin.
    Litecoin,
    /// Dogecoin.
    Dogecoin,
    /// An EVM chain; the id when known.
    Evm(Option<u64>),
    /// Solana.
    Solana,
    /// Tron.
    Tron,
    /// TON.
    Ton,
    /// Sui.
    Sui,
    /// The XRP Ledger.
    Xrp,
    /// Unknown: handled as plain text.
    Unknown,
}

/// What one word of a network's name says.
enum Word {
    Chain(Chain),
    /// Says nothing by itself: `Mainnet`, `Network`.
    Filler,
}

fn word(word: &str) -> Option<Word> {
    Some(Word::Chain(match word {
        "bitcoin" | "btc" => Chain::Bitcoin,
        "lightning" | "ln" => Chain::Lightning,
        "litecoin" | "ltc" => Chain::Litecoin,
        "dogecoin" | "doge" => Chain::Dogecoin,
        "ethereum" | "eth" | "erc20" => Chain::Evm(Some(1)),
        "optimism" | "op" => Chain::Evm(Some(10)),
        "bnb" | "bsc" | "bep20" => Chain::Evm(Some(56)),
        "polygon" | "matic" => Chain::Evm(Some(137)),
        "base" => Chain::Evm(Some(8453)),
        "arbitrum" => Chain::Evm(Some(42161)),
        "avalanche" | "avax" => Chain::Evm(Some(43114)),
        "worldchain" => Chain::Evm(Some(480)),
        "evm" => Chain::Evm(None),
        "solana" | "sol" | "spl" | "svm" => Chain::Solana,
        "tron" | "trx" | "trc20" => Chain::Tron,
        "ton" | "toncoin" | "gram" => Chain::Ton,
        "sui" => Chain::Sui,
        "xrp" | "xrpl" | "ripple" => Chain::Xrp,
        "mainnet" | "network" | "chain" | "one" | "smart" | "pos" | "c" => return Some(Word::Filler),
        // Classic, cash, nova, zkevm, sepolia, …: another network than its first word says.
        _ => return None,
    }))
}

fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// What a whole name says: nothing (`None`), a network, or something that we do not understand ([`Chain::Unknown`]).
fn named(name: &str) -> Option<Chain> {
    let lower = name.to_ascii_lowercase();
    words(&lower).fold(None, |chain, text| match word(text) {
        Some(Word::Filler) => chain,
        Some(Word::Chain(said)) => Some(chain.map_or(said, |chain| agreed(chain, said))),
        None => Some(Chain::Unknown),
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

/// Words that name a test network, and chain ids of such.
const TEST_WORDS: [&str; 18] = [
    "testnet", "testnet3", "testnet4", "test", "devnet", "signet", "regtest", "sepolia", "goerli", "holesky", "hoodi",
    "mumbai", "amoy", "fuji", "chapel", "nile", "shasta", "altnet",
];
const TEST_CHAINS: [u64; 16] =
    [3, 4, 5, 97, 4801, 17000, 43113, 80001, 80002, 84531, 84532, 421_613, 421_614, 560_048, 11_155_111, 11_155_420];

/// Why nothing may be paid on a network, whatever the address: it is a test network, or what names it contradicts itself.
///
/// # Errors
/// [`AddressError::TestNetwork`], [`AddressError::OtherNetwork`].
pub fn check_network(network: &str, via: Option<&ViaNetwork>) -> Result<(), AddressError> {
    let by_id = via.and_then(|via| via.chain_id);
    let names = [Some(network), via.map(|via| via.name.as_str()), via.and_then(|via| via.engine.as_deref())];
    let is_test = |name: &str| words(&name.to_ascii_lowercase()).any(|word| TEST_WORDS.contains(&word));
    if names.into_iter().flatten().any(is_test) || by_id.is_some_and(|id| TEST_CHAINS.contains(&id)) {
        return Err(AddressError::TestNetwork);
    }
    // An engine is too coarse to contradict a name; a chain id is not.
    match (named(network).filter(|chain| *chain != Chain::Unknown), by_id) {
        (Some(chain), Some(id)) if agreed(chain, Chain::Evm(Some(id))) == Chain::Unknown => {
            Err(AddressError::OtherNetwork)
        }
        _ => Ok(()),
    }
}

/// Resolves a network by name, coin, chain id and engine; free text such as `POLYGON (MATIC)` or `Mainnet` (for BTC and LTC).
///
/// Where these contradict each other, or a word of the name is not understood, the network stays [`Chain::Unknown`].
pub fn resolve(coin: &str, network: &str, via: Option<&ViaNetwork>) -> Chain {
    let by_id = via.and_then(|via| via.chain_id).map(|id| Chain::Evm(Some(id)));
    // An engine that we do not know says nothing.
    let by_engine = via.and_then(|via| via.engine.as_deref()).and_then(named).filter(|chain| *chain != Chain::Unknown);
    // A chain id knows more than a name that we do not understand.
    let by_name = named(network).filter(|chain| by_id.is_none() || *chain != Chain::Unknown);
    let said = [by_name, by_id, by_engine].into_iter().flatten().reduce(agreed);
    // A bare `Mainnet` is the coin's own.
    let chain = said.or_else(|| if network.trim().is_empty() { None } else { named(coin) }).unwrap_or(Chain::Unknown);
    let is = |tickers: &[&str]| tickers.iter().any(|ticker| ticker.eq_ignore_ascii_case(coin.trim()));
    let carries_coin = match chain {
        Chain::Bitcoin | Chain::Lightning => is(&["BTC"]),
        Chain::Litecoin => is(&["LTC"]),
        Chain::Dogecoin => is(&["DOGE"]),
        Chain::Xrp => is(&["XRP"]),
        Chain::Evm(_) | Chain::Solana | Chain::Tron | Chain::Ton | Chain::Sui | Chain::Unknown => true,
    };
    if carries_coin { chain } else { Chain::Unknown }
}
