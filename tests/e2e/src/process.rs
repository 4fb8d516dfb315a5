//! Child processes that end with their owner.

use std::{
    io::{BufRead, BufReader},
    os::unix::process::CommandExt as _,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        mpsc::{self, RecvTimeoutError},
    },
    time::Duration,
};

/// How often a child that ends before it is ready is started at most.
const TRIES: u32 = 3;
/// Starts a program in the background and kills it, with all that it has started, once the standard input ends: when
/// its owner drops it, or ends in whatever way. The shell's own output is closed, so that the program's end is seen.
const GUARD: &str = "\"$0\" \"$@\" & exec >&-; read -r _; kill -KILL 0";

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

    /// Starts a program with these arguments, in a process group that ends with this process, and waits for the first
    /// line of standard output in which `pick` finds something. A child that ends before that is started again: a driver
    /// that looks for a free port may find it taken a moment later.
    ///
    /// # Panics
    /// Panics if the child cannot be started, ends three times, or prints no such line within 30 s.
    pub fn start_until<T: Send + 'static>(
        program: &Path,
        arguments: &[&str],
        pick: impl Fn(&str) -> Option<T> + Send + Sync + 'static,
    ) -> (Self, T) {
        let pick = Arc::new(pick);
        let mut command = Command::new("sh");
        command.args(["-c", GUARD]).arg(program).args(arguments).process_group(0);
        for _ in 0..TRIES {
            let mut child = command
                .stdin(Stdio::piped())
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

    /// Returns whether the child has ended by itself.
    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().is_ok_and(|status| status.is_some())
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
        match self.child.stdin.take() {
            // The shell that guards a group has to live on until it has ended the group.
            Some(input) => drop(input),
            None => {
                let _ = self.child.kill();
            }
        }
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_that_ends_before_it_is_ready_is_started_again() {
        let mark = std::env::temp_dir().join(format!("cr-e2e-process-{}", std::process::id()));
        let script = "if [ -e \"$0\" ]; then echo ready; exec sleep 30; else touch \"$0\"; fi";
        let arguments = ["-c", script, &mark.to_string_lossy()];
        let (_process, line) = Process::start_until(Path::new("sh"), &arguments, |line| Some(line.to_owned()));
        assert_eq!(line, "ready");
        std::fs::remove_file(mark).expect("it was there at the second start");
    }

    #[test]
    fn what_a_dropped_process_has_started_ends_too() {
        let arguments = ["-c", "sleep 30 & echo $!; wait"];
        let (process, id) = Process::start_until(Path::new("sh"), &arguments, |line| line.parse::<u32>().ok());
        // One that was killed is a zombie until the system's first process has seen it.
        let is_running = || {
            let told = Command::new("ps").args(["-o", "state=", "-p", &id.to_string()]).output().expect("a state");
            !matches!(told.stdout.first(), None | Some(b'Z'))
        };
        assert!(is_running());
        drop(process);
        let end = std::time::Instant::now() + Duration::from_secs(30);
        while is_running() {
            assert!(std::time::Instant::now() < end, "it still runs");
            std::thread::yield_now();
        }
    }
}
