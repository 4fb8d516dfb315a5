//! Every number the proxy holds itself to, in one place.
//!
//! The defaults are the contract, and only [`Limits::order_reads`] follows from a flag, since it follows from what the supplier grants.
//! Tests shorten the times, so that nothing has to wait for real.

use std::time::Duration;

/// Sizes in bytes and times.
#[derive(Clone, Debug)]
pub struct Limits {
    /// A request's head must be complete by then; idle connections are closed after it too.
    pub header_read: Duration,
    /// A request's body must be complete by then.
    pub body_read: Duration,
    /// The longest request head.
    pub header_bytes: usize,
    /// The longest request body.
    pub body_bytes: usize,
    /// A client that takes nothing for this long is dropped.
    pub write_stall: Duration,
    /// After a signal to stop, what is under way may take this long.
    pub drain: Duration,

    /// A connection to the supplier must stand by then.
    pub connect: Duration,
    /// A reading JSON call, from start to last byte.
    pub read_call: Duration,
    /// A validating or creating call, from start to last byte.
    pub write_call: Duration,
    /// The head of a stream's answer must be there by then.
    pub stream_head: Duration,
    /// A stream on which the supplier says nothing of the order for this long is opened again behind the client's.
    pub stream_silence: Duration,
    /// One comment and one `ping` event go out this often.
    pub ping_every: Duration,
    /// A payable order that is watched and of which the supplier says nothing for this long is read by the proxy itself.
    pub confirm_after: Duration,
    /// A stream may be that much later than a read with what matters; then it is opened again.
    pub stream_late: Duration,
    /// How many reads of orders may go to the supplier in a minute, those of clients included.
    pub order_reads: usize,
    /// The longest line, and the longest event, taken from the supplier's stream.
    pub event_bytes: usize,
    /// What one slow subscriber may have waiting; older snapshots give way to newer ones above it.
    pub outbox_bytes: usize,

    /// The supplier's brand list.
    pub brands_bytes: usize,
    /// The supplier's product list.
    pub products_bytes: usize,
    /// Any other answer of the supplier.
    pub answer_bytes: usize,

    /// What all cached catalogue answers may weigh.
    pub catalogue_bytes: usize,
    /// How many catalogue answers are kept.
    pub catalogue_entries: usize,
    /// What all shared order reads may weigh.
    pub orders_bytes: usize,
    /// How many order reads are kept.
    pub orders_entries: usize,
    /// How many different reads may be under way at once, per cache.
    pub flights: usize,

    /// How long a create is remembered.
    pub create_window: Duration,
    /// How long a create is remembered at least, whatever the load.
    pub create_floor: Duration,
    /// How many creates are remembered.
    pub create_entries: usize,
    /// What the remembered answers may weigh; above it the oldest are forgotten, their keys are not.
    pub create_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        const KIB: usize = 1024;
        const MIB: usize = 1024 * KIB;
        let seconds = Duration::from_secs;
        Self {
            header_read: seconds(15),
            body_read: seconds(15),
            header_bytes: 16 * KIB,
            body_bytes: 16 * KIB,
            write_stall: seconds(60),
            drain: seconds(9),
            connect: seconds(5),
            read_call: seconds(14),
            write_call: seconds(30),
            stream_head: seconds(15),
            stream_silence: seconds(300),
            ping_every: seconds(15),
            confirm_after: seconds(40),
            stream_late: seconds(5),
            order_reads: 60,
            event_bytes: 256 * KIB,
            outbox_bytes: 64 * KIB,
            brands_bytes: 32 * MIB,
            products_bytes: 4 * MIB,
            answer_bytes: MIB,
            catalogue_bytes: 256 * MIB,
            catalogue_entries: 4_096,
            orders_bytes: 32 * MIB,
            orders_entries: 8_192,
            flights: 1_024,
            create_window: seconds(24 * 3_600),
            create_floor: seconds(3_600),
            create_entries: 100_000,
            create_bytes: 64 * MIB,
        }
    }
}
