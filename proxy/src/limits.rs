//! All limits of the proxy, in one place.
//!
//! The defaults are part of the contract; only [`Limits::order_reads`] can be changed by a flag, since it depends on
//! what the supplier grants. Tests shorten the times, so that nothing has to wait for real.

use std::time::Duration;

/// The limits: sizes in bytes, times, and counts.
#[derive(Clone, Debug)]
pub struct Limits {
    /// The head of a request must be complete within this time; idle connections are closed after it too.
    pub header_read: Duration,
    /// The body of a request must be complete within this time.
    pub body_read: Duration,
    /// The longest request head, in bytes.
    pub header_bytes: usize,
    /// The longest request body, in bytes.
    pub body_bytes: usize,
    /// A client that accepts no bytes for this long is disconnected.
    pub write_stall: Duration,
    /// What is under way may take this long after a signal to stop.
    pub drain: Duration,

    /// A connection to the supplier must be established within this time.
    pub connect: Duration,
    /// How long a reading JSON call may take, from start to last byte.
    pub read_call: Duration,
    /// How long a validating or creating call may take, from start to last byte.
    pub write_call: Duration,
    /// The head of a stream's response must arrive within this time.
    pub stream_head: Duration,
    /// If the supplier sends nothing about the order on a stream for this long, the proxy opens the supplier's stream
    /// again; the client's stays open.
    pub stream_silence: Duration,
    /// One comment and one `ping` event go out this often.
    pub ping_every: Duration,
    /// If the supplier says nothing about a payable order that is watched for this long, the proxy reads the order
    /// itself.
    pub confirm_after: Duration,
    /// How much later than a read a stream may say what matters; after that the stream is opened again.
    pub stream_late: Duration,
    /// How many reads of orders may go to the supplier in a minute, those of clients included.
    pub order_reads: usize,
    /// The longest line, and the longest event, taken from the supplier's stream.
    pub event_bytes: usize,
    /// How many bytes may wait for one slow subscriber; above that, older snapshots are dropped in favour of newer
    /// ones.
    pub outbox_bytes: usize,

    /// The largest brand list of the supplier.
    pub brands_bytes: usize,
    /// The largest product list of the supplier.
    pub products_bytes: usize,
    /// The largest other answer of the supplier.
    pub answer_bytes: usize,

    /// How many bytes all cached catalogue answers may weigh.
    pub catalogue_bytes: usize,
    /// How many catalogue answers are kept.
    pub catalogue_entries: usize,
    /// How many bytes all shared order reads may weigh.
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
    /// How many bytes the remembered answers may weigh; above that the oldest are forgotten, but not their keys.
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
