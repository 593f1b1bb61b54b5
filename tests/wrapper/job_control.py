#!/usr/bin/env python3
"""job_control.py FAKE_KERNEL: a shell stops, continues and ends fake-kernel as it does timeout(1)."""
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time

PATIENCE = 50  # seconds, for machines with much to do


class Shell:
    """An interactive bash at a terminal of its own."""

    def __init__(self):
        self.unread = ''
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            os.environ.update(PS1='READY> ', TERM='dumb')
            os.execvp('bash', ['bash', '--norc', '--noprofile', '-i'])
        self.expect('READY> ')

    def expect(self, pattern):
        """Reads up to what matches, and returns that."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            found = re.search(pattern, self.unread)
            if found:
                said, self.unread = self.unread[:found.end()], self.unread[found.end():]
                return said
            if select.select([self.terminal], [], [], 0.1)[0]:
                self.unread += os.read(self.terminal, 4096).decode(errors='replace')
        sys.exit(f'the terminal does not show {pattern!r}, but:\n{self.unread}')

    def type(self, keys):
        os.write(self.terminal, keys.encode())


def stops_and_continues(fake_kernel):
    shell = Shell()
    shell.type(f'{fake_kernel} -- sh -c "echo st\\"\\"arted; sleep 60"\n')
    shell.expect('started')
    shell.type('\x1a')
    shell.expect('Stopped')
    shell.expect('READY> ')
    shell.type('echo ali""ve\n')
    shell.expect('alive')
    shell.type('fg\n')
    shell.expect(r'fg\r\n.*sleep 60')
    time.sleep(0.2)
    shell.type('\x03')
    shell.expect('READY> ')
    shell.type('echo status $?; jobs; echo d""one\n')
    said = shell.expect('done')
    if 'status 130' not in said or 'Stopped' in said:
        sys.exit(f'after ^C:\n{said}')
    os.kill(shell.process, signal.SIGKILL)


def parent_sees_the_stop(fake_kernel):
    process = subprocess.Popen([fake_kernel, 'sleep', '60'])
    time.sleep(0.3)
    os.kill(process.pid, signal.SIGSTOP)
    _, status = os.waitpid(process.pid, os.WUNTRACED)
    if not os.WIFSTOPPED(status):
        sys.exit(f'a stop is seen as status {status}')
    os.kill(process.pid, signal.SIGCONT)
    os.kill(process.pid, signal.SIGTERM)
    if process.wait(PATIENCE) != 128 + signal.SIGTERM:
        sys.exit(f'after TERM: {process.returncode}')


def can_be_traced(fake_kernel):
    command = [fake_kernel, 'nfct', 'add', 'timeout', 'web', 'inet', 'udp', 'replied', '9']
    # The search for leaks does not work in a process that is traced.
    environment = {**os.environ, 'ASAN_OPTIONS': 'detect_leaks=0'}
    subprocess.run(['strace', '-f', '-o', '/dev/null', *command], check=True, timeout=PATIENCE,
                   env=environment)
    said = subprocess.run([fake_kernel, 'strace', '-o', '/dev/null', '-e',
                           'inject=uname:error=EPERM', 'uname'],
                          timeout=PATIENCE, stderr=subprocess.PIPE, text=True).stderr
    if 'Operation not permitted' not in said:
        sys.exit(f'a call that strace skips: {said}')


def leaves_stopped_neighbours_alone(fake_kernel):
    """In an orphaned process group, such as that of a service, the kernel sends SIGHUP to all of the
    group if one of it is stopped while the parent of another, of the same session, is outside."""
    script = f"""
sleep 60 &
stopped=$!
kill -STOP $stopped
for i in 1 2 3; do {fake_kernel} true & {fake_kernel} true && wait $!; done
kill -KILL $stopped
echo alive
"""
    said = subprocess.run(['sh', '-c', script], start_new_session=True, stdout=subprocess.PIPE, text=True,
                          timeout=PATIENCE)
    if (said.returncode, said.stdout) != (0, 'alive\n'):
        sys.exit(f'beside a stopped process: status {said.returncode}, {said.stdout!r}')


stops_and_continues(sys.argv[1])
parent_sees_the_stop(sys.argv[1])
can_be_traced(sys.argv[1])
leaves_stopped_neighbours_alone(sys.argv[1])
