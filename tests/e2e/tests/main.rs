//! All end-to-end tests, one program: a file a subject, run by one pool of workers.

mod embed;
mod entries;
mod gallery;
mod loading;
mod order_screens;
mod ordering;
mod payment_codes;
mod payment_guards;
mod payment_receipt;
mod payment_wallet;
mod pool;
mod purchases;
mod refusals;
mod screens;
mod theming;
mod tracking;

use std::process::ExitCode;

fn main() -> ExitCode {
    let tests = [
        tracking::tests(),
        embed::tests(),
        entries::tests(),
        gallery::tests(),
        loading::tests(),
        order_screens::tests(),
        ordering::tests(),
        payment_codes::tests(),
        payment_guards::tests(),
        payment_receipt::tests(),
        payment_wallet::tests(),
        pool::tests(),
        purchases::tests(),
        refusals::tests(),
        screens::tests(),
        theming::tests(),
    ];
    cr_e2e::harness::main(&tests.concat())
}
