//! Many trackers at once: a proxy that comes back must not be run over by its own shoppers (S23).

use std::{cmp::Reverse, collections::BinaryHeap, time::Duration};

use cr_core::tracking::{Input, Output, PollFailure, Timer, Tracker};

use crate::{
    stream_faults::waiting,
    support::{ID, id},
};

struct Member {
    tracker: Tracker,
    timers: Vec<(Timer, u32)>,
    stream: Option<u32>,
}

/// What is due at one member: a timer, or the result of a stream or a read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    Timer(u8, u32),
    Stream(u32),
    Read(u32),
}

const TIMERS: [Timer; 6] = [Timer::Reconnect, Timer::Watchdog, Timer::Poll, Timer::Settled, Timer::Health, Timer::Age];

/// Plays a restart after which the proxy is unreachable for `outage_ms`; gives the largest number of connects within any second,
/// and until when the last member had its stream back.
fn restart(members: usize, outage_ms: u64) -> (usize, u64) {
    let mut seed = 0x5eed_u64 + outage_ms;
    let mut random = move || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        u32::try_from(seed.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 32).expect("32 bits")
    };
    let start = 100_000;
    let back = start + outage_ms;
    let mut queue: BinaryHeap<Reverse<(u64, usize, Due)>> = BinaryHeap::new();
    let mut connects: Vec<u64> = Vec::new();
    let mut fleet: Vec<Member> = (0..members)
        .map(|_| Member { tracker: Tracker::new(id(ID), Some(waiting()), false), timers: Vec::new(), stream: None })
        .collect();
    let mut last_open = 0;

    let mut obey = |member: &mut Member,
                    index: usize,
                    now: u64,
                    outputs: Vec<Output>,
                    queue: &mut BinaryHeap<Reverse<(u64, usize, Due)>>| {
        for output in outputs {
            match output {
                Output::OpenStream(generation) => {
                    connects.push(now);
                    member.stream = Some(generation);
                    queue.push(Reverse((now + 40, index, Due::Stream(generation))));
                }
                Output::CloseStream => member.stream = None,
                Output::Poll(generation) => queue.push(Reverse((now + 40, index, Due::Read(generation)))),
                Output::SetTimer(timer, generation, wait) => {
                    let slot = TIMERS.iter().position(|known| *known == timer).expect("a known timer");
                    member.timers.retain(|(known, _)| *known != timer);
                    member.timers.push((timer, generation));
                    let wait = u64::try_from(wait.as_millis()).expect("a short wait");
                    queue.push(Reverse((now + wait, index, Due::Timer(u8::try_from(slot).expect("few"), generation))));
                }
                Output::ClearTimer(timer) => member.timers.retain(|(known, _)| *known != timer),
                Output::Publish(_) | Output::Dispute(_) | Output::Nudge => {}
            }
        }
    };

    for (index, member) in fleet.iter_mut().enumerate() {
        // They arrived over time, and have been good for a while.
        let arrived = u64::try_from(index).expect("few") % 30_000;
        let outputs = member.tracker.handle(Input::Start, Duration::from_millis(arrived), &mut random);
        obey(member, index, arrived, outputs, &mut queue);
    }
    let mut has_dropped = false;
    while let Some(Reverse((now, index, due))) = queue.pop() {
        if !has_dropped && now >= start {
            has_dropped = true;
            for (index, member) in fleet.iter_mut().enumerate() {
                let generation = member.stream.expect("a stream before the restart");
                let outputs =
                    member.tracker.handle(Input::StreamError(generation), Duration::from_millis(start), &mut random);
                obey(member, index, start, outputs, &mut queue);
            }
        }
        if now > start + 240_000 {
            break;
        }
        let is_up = !(start..back).contains(&now);
        let member = &mut fleet[index];
        let input = match due {
            Due::Timer(slot, generation) => {
                let timer = TIMERS[usize::from(slot)];
                if !member.timers.contains(&(timer, generation)) {
                    continue;
                }
                member.timers.retain(|known| *known != (timer, generation));
                Input::Timer(timer, generation)
            }
            Due::Stream(generation) if member.stream != Some(generation) => continue,
            Due::Stream(generation) if is_up => {
                last_open = now;
                Input::StreamOpened(generation)
            }
            Due::Stream(generation) => Input::StreamError(generation),
            Due::Read(generation) if is_up => Input::PollAnswered(generation, Box::new(waiting()), None),
            Due::Read(generation) => Input::PollFailed(generation, PollFailure::Unreachable),
        };
        // The servers ping.
        let outputs = member.tracker.handle(input, Duration::from_millis(now), &mut random);
        obey(member, index, now, outputs, &mut queue);
    }
    assert!(fleet.iter().all(|member| member.stream.is_some()), "everybody is back");
    connects.retain(|at| *at >= start);
    connects.sort_unstable();
    let peak = connects
        .iter()
        .enumerate()
        .map(|(first, at)| connects[first..].partition_point(|other| *other < at + 1_000))
        .max();
    (peak.unwrap_or_default(), last_open.saturating_sub(back))
}

#[test]
fn tracking_s23_a_restarted_proxy_meets_at_most_a_thousand_streams_a_second() {
    for outage_ms in [0, 2_000, 5_000, 11_000, 20_000, 60_000] {
        let (peak, last) = restart(10_000, outage_ms);
        println!("outage {outage_ms} ms: peak {peak} connects a second, the last stream open {last} ms after the end");
        assert!(peak <= 1_000, "outage {outage_ms} ms: {peak} connects within a second");
    }
}

#[test]
fn tracking_s23_no_second_holds_a_quarter_of_the_fleet() {
    for outage_ms in [0, 3_000] {
        let (peak, _) = restart(1_000, outage_ms);
        assert!(peak <= 250, "outage {outage_ms} ms: {peak} connects within a second");
    }
}
