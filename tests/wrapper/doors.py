#!/usr/bin/env python3
"""doors.py FAKE_KERNEL DOORS: no program under fake-kernel reaches the real kernel's netfilter.

To be run in a network namespace of its own that has a policy, the canary: it has to be there in the
end, whatever the program has tried. This process stands for somebody outside, who passes sockets of
the real kernel to the program.
"""
import contextlib
import os
import platform
import socket
import subprocess
import sys
import tempfile
import threading

NETLINK_NETFILTER = 12
EXPECTED = """\
socket: flushed
socket, high halves set: flushed
int 0x80: Bad system call
x32: Bad system call
io_uring_setup: Function not implemented
io_uring_enter: Function not implemented
io_uring_register: Function not implemented
iptables option: Protocol not available
iptables option: Protocol not available
iptables option: Protocol not available
iptables option: Protocol not available
ip6tables option: Protocol not available
ip6tables option: Protocol not available
ip6tables option: Protocol not available
ip6tables option: Protocol not available
passed by stream, recvmsg: Operation not permitted
passed by stream, recvmmsg: Operation not permitted
passed by packet, recvmsg: Operation not permitted
passed by packet, recvmmsg: Operation not permitted
pidfd_getfd: Function not implemented
too many sockets of process 1: Too many open files
the last of process 1: flushed
too many sockets of process 2: Too many open files
the last of process 2: flushed
too many sockets of process 3: Too many open files
the last of process 3: Too many open files
"""
# A 32-bit program that makes one system call, exit(0), which needs no permission.
HEADER = bytes.fromhex(
    '7f454c46010101000000000000000000020003000100000054800408340000000000000000000000340020000100'
    '000000000000010000000000000000800408008004085e0000005e0000000500000000100000')
EXIT = bytes.fromhex('31c04031dbcd80')  # xor eax,eax; inc eax; xor ebx,ebx; int 0x80



def real_socket():
    return socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER)


def pass_sockets(path, kind):
    """Sends a socket of the real kernel to the process that connects, a moment later."""
    listener = socket.socket(socket.AF_UNIX, kind)
    listener.bind(path)
    listener.listen()
    os.chmod(path, 0o777)

    def serve():
        while True:
            connection, _ = listener.accept()
            with real_socket() as passed, contextlib.suppress(BrokenPipeError):
                socket.send_fds(connection, [b'x'], [passed.fileno()])

    threading.Thread(target=serve, daemon=True).start()


def run(*command, **arguments):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          **arguments)


def runs_32_bit(program):
    """Whether this kernel has 32-bit system calls at all."""
    try:
        return run(program).returncode == 0
    except OSError:
        return False


def expected_of_doors(has_32_bit):
    if platform.machine() != 'x86_64':  # no other calling conventions to try
        return EXPECTED.replace('int 0x80: Bad system call\nx32: Bad system call\n', '')
    if not has_32_bit:  # the processor refuses the instruction, before any filter
        return EXPECTED.replace('int 0x80: Bad system call', 'int 0x80: Segmentation fault')
    return EXPECTED


def check(what, said, expected):
    if said != expected:
        sys.exit(f'{what} said:\n{said}\nexpected:\n{expected}')


fake_kernel, doors = sys.argv[1:]
run('nfct', 'add', 'timeout', 'canary', 'inet', 'udp', 'replied', '7', check=True)
before = run('nfct', 'list', 'timeout').stdout

with tempfile.TemporaryDirectory() as folder:
    os.chmod(folder, 0o755)
    program = f'{folder}/exit32'
    with open(program, 'wb') as file:
        file.write(HEADER + EXIT)
    os.chmod(program, 0o755)
    has_32_bit = runs_32_bit(program)
    pass_sockets(f'{folder}/stream', socket.SOCK_STREAM)
    pass_sockets(f'{folder}/packet', socket.SOCK_SEQPACKET)
    kept = real_socket()  # of which pidfd_getfd would have a copy
    outsider = [folder, str(os.getpid()), str(kept.fileno())]
    # The first process runs out of descriptors, then the supervisor.
    tried = subprocess.run(['prlimit', '--nofile=400', fake_kernel, doors, *outsider],
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    check('doors', tried.stdout, expected_of_doors(has_32_bit))
    for sentence in ('was sent a netfilter socket of the real kernel', 'recvmmsg, MSG_WAITALL',
                     'doors asked for ip_tables, which fake-kernel does not serve',
                     'doors asked for ip6_tables, which fake-kernel does not serve'):
        if sentence not in tried.stderr:
            sys.exit(f'stderr does not say: {sentence}\n{tried.stderr}')

    if has_32_bit:
        check('a 32-bit program', str(run(fake_kernel, program).returncode), '159')

with real_socket() as inherited:
    number = inherited.fileno()
    started = run(fake_kernel, 'true', pass_fds=[number])
    check('an inherited socket', f'{started.returncode} {started.stdout}',
          f'125 fake-kernel: descriptor {number} is a netfilter socket of the real kernel, which the '
          f'program would inherit; close it, in a shell by {number}>&-\n')

check('the canary', run('nfct', 'list', 'timeout').stdout, before)
