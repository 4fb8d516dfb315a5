//! Runs other programs. Each gets a process group of its own under a small guard (`guard.sh`), so that the program and
//! everything it started ends with us, and nothing else does.
//!
//! The guard cannot be replaced by the crate `process-wrap`: that one ends a group when a value is dropped, and nothing is
//! dropped when we are killed (`SIGKILL`) or interrupted (Ctrl-C, which a group of its own does not get). The guard holds
//! the other end of a pipe, which the kernel closes however we die.

use std::{
    env,
    ffi::{OsStr, OsString},
    io::{self, BufRead as _, BufReader, Write as _},
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use crate::error::{Error, Result};

/// How long we wait for output after a program's end before we stop reading: a stray grandchild may keep the pipe open.
const SILENCE: Duration = Duration::from_secs(1);

/// A program to run, with its arguments, environment and folder.
#[derive(Clone, Debug)]
pub(crate) struct Task {
    program: OsString,
    args: Vec<OsString>,
    env: Vec<(String, OsString)>,
    dir: Option<PathBuf>,
}

impl Task {
    /// Makes a task of a program, given by its name or path.
    pub(crate) fn new(program: impl AsRef<OsStr>) -> Self {
        Self { program: program.as_ref().to_owned(), args: Vec::new(), env: Vec::new(), dir: None }
    }

    /// Makes a task of the same `cargo` that runs us.
    pub(crate) fn cargo() -> Self {
        Self::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
    }

    /// Adds one argument.
    pub(crate) fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.args.push(arg.as_ref().to_owned());
        self
    }

    /// Adds several arguments.
    pub(crate) fn args<A: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.args.extend(args.into_iter().map(|arg| arg.as_ref().to_owned()));
        self
    }

    /// Sets an environment variable.
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.env.push((name.to_owned(), value.as_ref().to_owned()));
        self
    }

    /// Sets the working directory.
    pub(crate) fn dir(mut self, dir: &Path) -> Self {
        self.dir = Some(dir.to_owned());
        self
    }

    /// Returns the command line, for people to read.
    pub(crate) fn line(&self) -> String {
        let name = Path::new(&self.program).file_name().unwrap_or(&self.program);
        let mut line = name.to_string_lossy().into_owned();
        for arg in &self.args {
            line.push(' ');
            line.push_str(&arg.to_string_lossy());
        }
        line
    }

    fn command(&self, mut command: Command) -> Command {
        for (name, _) in env::vars_os() {
            // These variables are what `cargo run` set for us: build scripts that watch them would run again and again.
            let inherited = name.to_string_lossy();
            if ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_", "CARGO_PRIMARY_"]
                .iter()
                .any(|prefix| inherited.starts_with(prefix))
            {
                command.env_remove(&name);
            }
        }
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
        if let Some(dir) = &self.dir {
            command.current_dir(dir);
        }
        command
    }

    fn guarded(&self) -> Command {
        let mut command = Command::new("sh");
        command.arg("-c").arg(include_str!("guard.sh")).arg("guard").arg(&self.program).args(&self.args);
        command.stdin(Stdio::piped()).process_group(0);
        self.command(command)
    }

    fn start_error(&self, source: io::Error) -> Error {
        Error::Start { program: self.program.to_string_lossy().into_owned(), source }
    }

    /// Starts the program in the background. Dropping the result ends it.
    ///
    /// # Errors
    /// [`Error::Start`] when there is no shell to guard it.
    pub(crate) fn start(&self) -> Result<Running> {
        let child = self.guarded().spawn().map_err(|source| self.start_error(source))?;
        Ok(Running { child })
    }

    /// Runs the program to its end and shows its output.
    ///
    /// # Errors
    /// [`Error::Failed`] when it does not succeed.
    pub(crate) fn run(&self) -> Result<()> {
        let status = self.start()?.wait().map_err(|source| self.start_error(source))?;
        self.succeeded(status)
    }

    /// Runs the program to its end, shows its output, and returns its exit status and its standard output, whether it
    /// succeeds or not.
    ///
    /// # Errors
    /// [`Error::Start`] only.
    pub(crate) fn tee(&self) -> Result<(ExitStatus, String)> {
        let mut child = self.guarded().stdout(Stdio::piped()).spawn().map_err(|source| self.start_error(source))?;
        let (send, receive) = mpsc::channel();
        if let Some(stdout) = child.stdout.take() {
            thread::spawn(move || {
                let mut reader = BufReader::new(stdout);
                let mut line = Vec::new();
                while matches!(reader.read_until(b'\n', &mut line), Ok(1..)) {
                    if send.send(String::from_utf8_lossy(&line).into_owned()).is_err() {
                        break;
                    }
                    line.clear();
                }
            });
        }
        let mut running = Running { child };
        let mut output = String::new();
        let mut ended = None;
        loop {
            match receive.recv_timeout(SILENCE) {
                Ok(line) => {
                    print!("{line}");
                    // A closed terminal must not stop the run: the exit code still counts.
                    drop(io::stdout().flush());
                    output.push_str(&line);
                }
                Err(mpsc::RecvTimeoutError::Timeout) if ended.is_some() => break,
                Err(mpsc::RecvTimeoutError::Timeout) => {
                    ended = running.child.try_wait().map_err(|source| self.start_error(source))?;
                }
                Err(mpsc::RecvTimeoutError::Disconnected) => break,
            }
        }
        let status = match ended {
            Some(status) => status,
            None => running.wait().map_err(|source| self.start_error(source))?,
        };
        Ok((status, output))
    }

    /// Runs a short command and returns its standard output.
    ///
    /// # Errors
    /// [`Error::Start`] or [`Error::Failed`].
    pub(crate) fn capture(&self) -> Result<String> {
        let output = self
            .command({
                let mut command = Command::new(&self.program);
                command.args(&self.args).stdin(Stdio::null());
                command
            })
            .output()
            .map_err(|source| self.start_error(source))?;
        if !output.status.success() {
            eprint!("{}", String::from_utf8_lossy(&output.stderr));
        }
        self.succeeded(output.status)?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    fn succeeded(&self, status: ExitStatus) -> Result<()> {
        if status.success() { Ok(()) } else { Err(Error::Failed { command: self.line(), status: status.to_string() }) }
    }
}

/// A program in the background. Dropping it ends it and everything it started.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
}

impl Running {
    /// Waits until the program ends by itself.
    pub(crate) fn wait(&mut self) -> io::Result<ExitStatus> {
        // `Child::wait` would close the standard input first, which is the guard's signal to end the program.
        let hold = self.child.stdin.take();
        let status = self.child.wait();
        drop(hold);
        status
    }

    /// Returns the exit status, if the program has ended by itself.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        // A failure here needs no further action: the guard ends the group by itself.
        drop(self.child.wait());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    fn sh(script: &str) -> Task {
        Task::new("sh").args(["-c", script])
    }

    #[test]
    fn output_and_exit_code_come_through_the_guard() {
        let (status, output) = sh("echo one; echo two; exit 3").tee().unwrap();
        assert_eq!(output, "one\ntwo\n");
        assert_eq!(status.code(), Some(3));
        assert!(matches!(sh("exit 4").run(), Err(Error::Failed { .. })));
        sh("exit 0").run().unwrap();
    }

    #[test]
    fn dropping_ends_the_program_and_what_it_started() {
        let mark = env::temp_dir().join(format!("xtask-guard-{}", std::process::id()));
        let script =
            format!("sleep 300 & echo $! > '{path}.new'; mv '{path}.new' '{path}'; wait", path = mark.display());
        let running = sh(&script).start().unwrap();
        let start = Instant::now();
        while !mark.exists() && start.elapsed() < Duration::from_secs(60) {
            thread::sleep(Duration::from_millis(10));
        }
        let pid = std::fs::read_to_string(&mark).unwrap();
        std::fs::remove_file(&mark).unwrap();
        let alive = || sh(&format!("kill -0 {} 2>/dev/null", pid.trim())).capture().is_ok();
        assert!(alive());
        drop(running);
        let start = Instant::now();
        while alive() && start.elapsed() < Duration::from_secs(60) {
            thread::sleep(Duration::from_millis(10));
        }
        assert!(!alive());
    }

    #[test]
    fn a_grandchild_left_behind_does_not_hold_us() {
        let (status, output) = sh("sleep 300 & echo started").tee().unwrap();
        assert!(status.success());
        assert_eq!(output, "started\n");
    }
}
