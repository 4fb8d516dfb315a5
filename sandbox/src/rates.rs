//! Prices: what a face value costs in a coin at a moment. Rates move slowly and by the clock alone, so two readings in
//! the same quarter of a minute agree, and so do two runs.

use rust_decimal::Decimal;

use super::fiat::Fiat;
use super::money::{CoinAmount, FaceValue, ppm};
use super::rng::Rng;
use super::vias::Coin;

/// For how many seconds a rate holds.
const QUANTUM_S: u64 = 15;

/// The surcharge in millionths when a literal denomination is ordered of a product that is sold as a range.
pub(crate) const LITERAL_MARGIN_PPM: i64 = 45_000;

/// The market at one moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Market {
    pub(crate) seed: u64,
    /// The time in Unix seconds.
    pub(crate) now_s: u64,
    /// The factor of every price in millionths: 1,000,000 unless the control endpoint changed it.
    pub(crate) factor_ppm: i64,
}

impl Market {
    /// Returns the worth of one coin in US dollars.
    fn coin_usd(&self, coin: &Coin) -> Decimal {
        // The rate is a sum of three triangle waves of different length and random start; together they span -1..1.
        let mut rng = Rng::new(self.seed, coin.name);
        let mut wave = Decimal::ZERO;
        for (period_s, share) in [(1_740, 200_000), (5_340, 350_000), (17_460, 450_000)] {
            let start = rng.next() % period_s;
            let at = (self.now_s / QUANTUM_S * QUANTUM_S + start) % period_s;
            let at = Decimal::from(4 * at) / Decimal::from(period_s);
            let triangle = if at < Decimal::TWO { at - Decimal::ONE } else { Decimal::from(3) - at };
            wave += triangle * ppm(share);
        }
        ppm(coin.micro_usd) * (Decimal::ONE + wave * ppm(coin.swing_ppm))
    }

    /// Returns the coin amount for a face value with a margin in millionths, rounded up to the digits that the coin is
    /// quoted in.
    pub(crate) fn price(&self, coin: &Coin, fiat: Fiat, face: FaceValue, margin_ppm: i64) -> CoinAmount {
        let usd = fiat.to_usd(face) * (Decimal::ONE + ppm(margin_ppm)) * ppm(self.factor_ppm);
        CoinAmount(usd / self.coin_usd(coin)).round_up(coin.digits)
    }

    /// Returns the worth of a coin amount in US dollars.
    pub(crate) fn worth_usd(&self, coin: &Coin, amount: CoinAmount) -> Decimal {
        amount.0 * self.coin_usd(coin)
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
        let price = market(1_790_000_000).price(coin, fiat::USD, FaceValue(Decimal::from(100)), 13_000);
        let cents = price.atoms(2).unwrap();
        assert!((10_127..=10_134).contains(&cents), "{}", price.fixed(2));
    }

    #[test]
    fn prices_hold_for_a_quarter_minute_and_move_within_an_hour() {
        let coin = vias::find_coin("BTC").unwrap();
        let at = |now_s| market(now_s).price(coin, fiat::USD, FaceValue(Decimal::from(100)), 0);
        assert_eq!(at(1_790_000_010), at(1_790_000_024));
        assert!((0..60).any(|minute| at(1_790_000_000 + minute * 60) != at(1_790_000_000)));
    }

    #[test]
    fn no_price_leaves_its_swing() {
        for coin in vias::COINS {
            let middle = ppm(coin.micro_usd);
            let most = middle * ppm(coin.swing_ppm);
            for hour in 0..200 {
                let price = market(1_790_000_000 + hour * 3_607).coin_usd(coin);
                assert!((price - middle).abs() <= most, "{} at {hour}", coin.name);
            }
        }
    }

    #[test]
    fn worth_is_the_inverse_of_price() {
        for coin in vias::COINS {
            let market = market(1_790_000_000);
            let worth = market.worth_usd(coin, market.price(coin, fiat::USD, FaceValue(Decimal::from(50)), 0));
            assert!((Decimal::new(4_999, 2)..=Decimal::new(503, 1)).contains(&worth), "{}: {worth}", coin.name);
        }
    }
}
