//! Every documented refusal has its own variant and something that helps.

use cr_core::{
    json::Value,
    problem::{Problem, ProblemCode, Refusal, Remedy},
};
use std::collections::BTreeSet;

/// docs/supplier-api.md §8, in its order.
const DOCUMENTED: &str = "AMOUNT_LESS_THEN_MINIMUM_ALLOWED MAXIMUM_AMOUNT_PER_ORDER_EXCEEDED DAILY_SPENDING_LIMIT_EXCEEDED \
MONTHLY_SPENDING_LIMIT_EXCEEDED PRODUCT_COUNT_EXCEEDED MULTIPLE_LIMITED_PRODUCT_SAME_ORDER NOT_AVAILABLE_PRODUCT OUT_OF_STOCK NOT_ACTIVE \
INVALID_BENEFICIARY_ACCOUNT NOT_ALLOWED_PAYMENT_VIA UNSUPPORTED_PROTOCOL_COIN_COMBINATION LOGIN_REQUIRED COUPON_REQUIRES_LOGIN \
COUPON_NOT_FOUND COUPON_NOT_ACTIVE COUPON_ALREADY_SPENT COUPON_MAX_USAGE_REACHED COUPON_EXPIRED COUPON_BELOW_MIN_AMOUNT \
COUPON_NOT_VALID_FOR_USER COUPON_NOT_VALID_FOR_CATEGORY COUPON_NOT_VALID_FOR_KIND COUPON_NOT_VALID_FOR_BRAND \
COUPON_NOT_VALID_FOR_COUNTRY COUPON_NOT_VALID_FOR_STORE KYC_MISSING KYC_PENDING VERIFICATION_REQUIRED FULLNAME_MISSING SUSPENDED_COIN \
SUSPENDED_NETWORK INVALID_EMAIL_DOMAIN INVALID_DENOMINATION INVALID_PRODUCT_VALUE AMOUNT_TOO_LOW AMOUNT_TOO_HIGH COUNTRY_NOT_SUPPORTED \
PRODUCT_NOT_AVAILABLE";

#[test]
fn f08_every_documented_code_is_known_and_keeps_its_spelling() {
    assert_eq!(ProblemCode::ALL.join(" "), DOCUMENTED);
    let mut seen = BTreeSet::new();
    for code in ProblemCode::ALL {
        let known = ProblemCode::from_wire(code);
        assert!(!matches!(known, ProblemCode::Unknown(_)), "{code}");
        assert_eq!(known.as_str(), *code);
        assert!(seen.insert(format!("{known:?}")), "{code} shares a variant");
        assert_ne!(known.remedy() == Remedy::Coupon, !code.starts_with("COUPON_"), "{code}");
    }
}

#[test]
fn f08_each_group_is_helped_by_the_right_thing() {
    let table = [
        ("OUT_OF_STOCK", Remedy::ChooseProduct),
        ("LOGIN_REQUIRED", Remedy::ChooseProduct),
        ("AMOUNT_LESS_THEN_MINIMUM_ALLOWED", Remedy::ChangeAmount),
        ("INVALID_BENEFICIARY_ACCOUNT", Remedy::FixRecipient),
        ("INVALID_EMAIL_DOMAIN", Remedy::FixRecipient),
        ("SUSPENDED_COIN", Remedy::ChangeCoin),
        ("SUSPENDED_NETWORK", Remedy::ChangeNetwork),
        ("FULLNAME_MISSING", Remedy::ChangeNetwork),
        ("UNSUPPORTED_PROTOCOL_COIN_COMBINATION", Remedy::ChangeNetwork),
        ("DAILY_SPENDING_LIMIT_EXCEEDED", Remedy::Wait),
        ("KYC_PENDING", Remedy::Wait),
        ("KYC_MISSING", Remedy::Verify),
        ("VERIFICATION_REQUIRED", Remedy::ContactSupport),
        ("SOMETHING_NEW", Remedy::ContactSupport),
    ];
    for (code, remedy) in table {
        assert_eq!(ProblemCode::from_wire(code).remedy(), remedy, "{code}");
    }
}

#[test]
fn unknown_codes_are_kept_as_sent() {
    for code in ["SOMETHING_NEW", "out_of_stock", "", "OUT_OF_STOCK "] {
        assert_eq!(ProblemCode::from_wire(code), ProblemCode::Unknown(code.to_owned()));
        assert_eq!(ProblemCode::from_wire(code).as_str(), code);
    }
}

#[test]
fn messages_name_codes_and_never_details() {
    let details = Some(Value::object(vec![("email", Value::text("shopper@example.com"))]));
    let refusal = Refusal::Problems(vec![Problem { code: ProblemCode::OutOfStock, details }]);
    assert_eq!(refusal.to_string(), "refused: OUT_OF_STOCK");
    assert!(!format!("{refusal:?}").contains("shopper"));
    assert_eq!(Refusal::Http { status: 502 }.problems(), []);
}
