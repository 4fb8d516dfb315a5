//! Prices: what a face value costs in a coin at a moment. Rates move slowly and by the clock alone, so two readings in
//! the same quarter of a minute agree, and so do two runs.

use super::fiat::Fiat;
use super::money::{Atto, Milli, pow10};
use super::rng::Rng;
use super::vias::Coin;

/// For how many seconds a rate holds.
const QUANTUM_S: u64 = 15;

/// The surcharge in millionths when a literal denomination is ordered of a product that is sold as a range.
pub(crate) const LITERAL_MARGIN_PPM: u128 = 45_000;

/// The market at one moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Market {
    pub(crate) seed: u64,
    /// The time in Unix seconds.
    pub(crate) now_s: u64,
    /// The factor of every price in millionths: 1,000,000 unless the control endpoint changed it.
    pub(crate) factor_ppm: u128,
}

impl Market {
    /// Returns the worth of one coin in 10⁻¹² US dollars.
    fn coin_pico_usd(&self, coin: &Coin) -> u128 {
        let base = coin.micro_usd * 1_000_000;
        // The rate is a sum of three triangle waves of different length and random start; together they span -1..1 in
        // millionths.
        let mut rng = Rng::new(self.seed, coin.name);
        let mut wave = 0_i128;
        for (period_s, share) in [(1_740, 200_000), (5_340, 350_000), (17_460, 450_000)] {
            let start = rng.next() % period_s;
            let at = (self.now_s / QUANTUM_S * QUANTUM_S + start) % period_s;
            let at = i128::from(at) * 4_000_000 / i128::from(period_s);
            let triangle = if at < 2_000_000 { at - 1_000_000 } else { 3_000_000 - at };
            wave += triangle * share / 1_000_000;
        }
        let swing = wave * i128::try_from(coin.swing_ppm).unwrap_or(0) / 1_000_000;
        let ppm = u128::try_from(1_000_000 + swing).unwrap_or(1_000_000);
        base / 1_000_000 * ppm
    }

    /// Returns the coin amount for a face value with a margin in millionths, rounded up to the digits that the coin is
    /// quoted in.
    pub(crate) fn price(&self, coin: &Coin, fiat: Fiat, face: Milli, margin_ppm: u128) -> Atto {
        let pico_usd = fiat.to_pico_usd(face) / 1_000_000 * (1_000_000 + margin_ppm);
        let pico_usd = pico_usd / 1_000_000 * self.factor_ppm;
        Atto(pico_usd * pow10(18) / self.coin_pico_usd(coin)).round_up(coin.digits)
    }

    /// Returns the worth of a coin amount in thousandths of a US dollar.
    pub(crate) fn worth_milli_usd(&self, coin: &Coin, amount: Atto) -> u128 {
        // 10⁻¹⁸ coins times 10⁻¹² dollars is 10⁻³⁰ dollars; the factors are divided early so that nothing overflows.
        amount.0 / pow10(6) * (self.coin_pico_usd(coin) / pow10(3)) / pow10(18)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{fiat, vias};

    fn market(now_s: u64) -> Market {
        Market { seed: 7, now_s, factor_ppm: 1_000_000 }
    }

    #[test]
    fn a_hundred_dollars_cost_a_hundred_and_a_margin_in_usdc() {
        let coin = vias::find_coin("USDC").unwrap();
        let price = market(1_790_000_000).price(coin, fiat::USD, Milli(100_000), 13_000);
        let cents = price.atoms(2).unwrap();
        assert!((10_127..=10_134).contains(&cents), "{}", price.fixed(2));
    }

    #[test]
    fn prices_hold_for_a_quarter_minute_and_move_within_an_hour() {
        let coin = vias::find_coin("BTC").unwrap();
        let at = |now_s| market(now_s).price(coin, fiat::USD, Milli(100_000), 0);
        assert_eq!(at(1_790_000_010), at(1_790_000_024));
        assert!((0..60).any(|minute| at(1_790_000_000 + minute * 60) != at(1_790_000_000)));
    }

    #[test]
    fn no_price_leaves_its_swing() {
        for coin in vias::COINS {
            let middle = coin.micro_usd * 1_000_000;
            let most = middle / 1_000_000 * (coin.swing_ppm + 1);
            for hour in 0..200 {
                let price = market(1_790_000_000 + hour * 3_607).coin_pico_usd(coin);
                assert!(price.abs_diff(middle) <= most, "{} at {hour}", coin.name);
            }
        }
    }

    #[test]
    fn worth_is_the_inverse_of_price() {
        for coin in vias::COINS {
            let market = market(1_790_000_000);
            let worth = market.worth_milli_usd(coin, market.price(coin, fiat::USD, Milli(50_000), 0));
            assert!((49_990..=50_300).contains(&worth), "{}: {worth}", coin.name);
        }
    }
}
