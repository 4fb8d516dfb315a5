//! What a brand sells, before it is converted to a country's currency.

/// One plan: data in megabytes (`-1` is unlimited), days, price in US cents.
pub(crate) type PlanRow = (i64, u32, u32);

/// How the step of a range is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// The step is a whole amount that divides both ends.
    Whole,
    /// The step is the currency's smallest coin.
    Cent,
    /// The field `step_size` is null.
    Null,
}

/// What a brand sells. Amounts are whole US dollars, which are converted to round figures in the local currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Offer {
    /// Cards of fixed values.
    Fixed(&'static [u32]),
    /// Fixed values with a default that is silently used for unknown amounts (the last of the list).
    FixedWithDefault(&'static [u32]),
    /// A card of any value in a range.
    Range(u32, u32, Step),
    /// A range and fixed values.
    Mixed(u32, u32, &'static [u32]),
    /// Credit sent to a phone number, and for each value a `- PIN` variant sent by e-mail.
    TopUp(&'static [u32]),
    /// Credit of any value in a range, sent to a phone number.
    TopUpRange(u32, u32),
    /// Data plans sent to a phone number.
    Bundle(&'static [PlanRow]),
    /// eSIM plans sent by e-mail.
    Esim(&'static [PlanRow]),
    /// Subscriptions: months and price in dollars.
    Months(&'static [(u32, u32)]),
    /// Labels without a number, each with its price in dollars.
    Labels(&'static [(&'static str, u32)]),
    /// Nothing, although the brand is in the directory.
    Nothing,
}

pub(crate) const CLASSIC: Offer = Offer::Fixed(&[10, 25, 50, 100]);
pub(crate) const SMALL: Offer = Offer::Fixed(&[5, 10, 15, 20, 25, 50]);
pub(crate) const LARGE: Offer = Offer::Fixed(&[50, 100, 200, 250, 500]);
pub(crate) const ONE: Offer = Offer::Fixed(&[25]);
pub(crate) const DEFAULTED: Offer = Offer::FixedWithDefault(&[20, 50, 100]);
pub(crate) const OPEN: Offer = Offer::Range(5, 500, Step::Whole);
pub(crate) const OPEN_CENTS: Offer = Offer::Range(10, 250, Step::Cent);
pub(crate) const OPEN_ANY: Offer = Offer::Range(15, 300, Step::Null);
pub(crate) const TRAVEL: Offer = Offer::Range(25, 1_000, Step::Whole);
pub(crate) const BOTH: Offer = Offer::Mixed(10, 200, &[25, 50, 100]);
pub(crate) const CREDIT: Offer = Offer::TopUp(&[5, 10, 15, 20, 30, 50]);
pub(crate) const MONTHS: Offer = Offer::Months(&[(1, 10), (3, 28), (12, 99)]);
pub(crate) const PASSES: Offer = Offer::Labels(&[("Starter Pack", 5), ("Season Pass", 25), ("Founder's Edition", 60)]);
pub(crate) const COLLECTIBLE: Offer = Offer::Labels(&[("Single Pass", 20), ("Gallery Pass", 75)]);
pub(crate) const BUNDLE: Offer =
    Offer::Bundle(&[(1_024, 7, 350), (5_120, 30, 900), (10_240, 30, 1_500), (20_480, 30, 2_400), (-1, 30, 3_900)]);
pub(crate) const ESIM: Offer = Offer::Esim(&[
    (1_024, 7, 450),
    (2_048, 15, 700),
    (3_072, 30, 900),
    (5_120, 30, 1_300),
    (10_240, 30, 2_200),
    (20_480, 30, 3_700),
    (-1, 3, 1_150),
    (-1, 10, 2_900),
]);
pub(crate) const ESIM_SHORT: Offer =
    Offer::Esim(&[(1_024, 3, 390), (3_072, 7, 790), (5_120, 15, 1_190), (-1, 1, 590), (-1, 7, 2_190)]);
