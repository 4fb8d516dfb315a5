//! Child processes that end with their owner.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        mpsc::{self, RecvTimeoutError},
    },
    time::Duration,
};

/// How often a child that ends before it is ready is started at most.
const TRIES: u32 = 3;

/// A child process; dropping it ends it.
pub struct Process {
    child: Child,
}

impl Process {
    /// Starts `command` and discards its output.
    ///
    /// # Panics
    /// Panics if it cannot be started.
    pub fn start(mut command: Command) -> Self {
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("cannot start {command:?}: {error}"));
        Self { child }
    }

    /// Starts `command` and waits for the first line of standard output in which `pick` finds something. A child that
    /// ends before that is started again: a driver that looks for a free port may find it taken a moment later.
    ///
    /// # Panics
    /// Panics if the child cannot be started, ends three times, or prints no such line within 30 s.
    pub fn start_until<T: Send + 'static>(
        mut command: Command,
        pick: impl Fn(&str) -> Option<T> + Send + Sync + 'static,
    ) -> (Self, T) {
        let pick = Arc::new(pick);
        for _ in 0..TRIES {
            let mut child = command
                .stdin(Stdio::null())
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .spawn()
                .unwrap_or_else(|error| panic!("cannot start {command:?}: {error}"));
            let out = child.stdout.take().expect("stdout was asked for");
            let (found, wait) = mpsc::channel();
            let pick = Arc::clone(&pick);
            // The output is read to the end, so that the child never blocks on a full pipe.
            std::thread::spawn(move || {
                for line in BufReader::new(out).lines().map_while(Result::ok) {
                    if let Some(value) = pick(&line) {
                        let _ = found.send(value);
                    }
                }
            });
            let process = Self { child };
            match wait.recv_timeout(Duration::from_secs(30)) {
                Ok(value) => return (process, value),
                Err(RecvTimeoutError::Disconnected) => {}
                Err(RecvTimeoutError::Timeout) => panic!("{command:?} did not say that it is ready"),
            }
        }
        panic!("{command:?} ended {TRIES} times before it was ready");
    }

    /// Asks the child to end, and waits until it has ended.
    ///
    /// # Panics
    /// Panics if it cannot be asked.
    pub fn terminate(mut self) {
        let asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        assert!(asked.is_ok_and(|status| status.success()), "the process cannot be asked to end");
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_that_ends_before_it_is_ready_is_started_again() {
        let mark = std::env::temp_dir().join(format!("cr-e2e-process-{}", std::process::id()));
        let mut command = Command::new("sh");
        command.args(["-c", "if [ -e \"$0\" ]; then echo ready; exec sleep 30; else touch \"$0\"; fi"]).arg(&mark);
        let (_process, line) = Process::start_until(command, |line| Some(line.to_owned()));
        assert_eq!(line, "ready");
        std::fs::remove_file(mark).expect("it was there at the second start");
    }
}
