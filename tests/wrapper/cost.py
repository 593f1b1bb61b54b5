#!/usr/bin/env python3
# cost.py BUILD: what fake-kernel adds to a command and to a request, beside the bare kernel.
#
# To be run by ci/on-kernel, with a build folder. What is compared takes turns, so that all of it meets the same load of
# the machine; the least time is the one that other programs have disturbed least. The processor
# time is that of all processes, the guard's and the program's, too.
import ctypes
import os
import resource
import statistics
import subprocess
import sys
import time

PR_SET_CHILD_SUBREAPER = 36
COMMANDS = 200
LOOPS = 7
REQUESTS = 5000
ROUNDS = 30

build = sys.argv[1]
fake_kernel = f'{build}/tools/wrapper/fake-kernel'
request_rate = f'{build}/tests/wrapper/request_rate'
least_supervisor = [f'{build}/tests/wrapper/least_supervisor']
nfct = ['nfct', 'list', 'timeout']
loop = ['sh', '-c', f'for i in $(seq {COMMANDS}); do {" ".join(nfct)}; done']
# What starting a program and waiting for it costs here by itself.
waiting = ['timeout', '60', *nfct]


def processor_time():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def run(command):
    """The wall clock's and the processors' milliseconds for it."""
    quiet = [(os.POSIX_SPAWN_OPEN, 1, '/dev/null', os.O_WRONLY, 0)]
    used = processor_time()
    start = time.perf_counter()
    child = os.posix_spawnp(command[0], command, os.environ, file_actions=quiet)
    _, status = os.waitpid(child, 0)
    elapsed = time.perf_counter() - start
    try:
        while True:
            os.wait()  # the guard, which is ours once its parent has ended
    except ChildProcessError:
        pass
    if status != 0:
        sys.exit(f'cost.py: {" ".join(command)} ended with status {status}')
    return 1000 * elapsed, 1000 * (processor_time() - used)


def compare(rounds, per, commands):
    times = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            times[name].append([figure / per for figure in run(command)])
    for name, figures in times.items():
        wall, processor = zip(*figures)
        columns = [min(wall), statistics.median(wall), min(processor), statistics.median(processor)]
        print(f'{name:40}' + ''.join(f'{figure:9.2f}' for figure in columns))


def request_time(wrapper, waiting=0):
    """The microseconds that a request takes, as the program itself tells it."""
    command = [*wrapper, request_rate, str(REQUESTS), str(waiting)]
    return float(subprocess.run(command, check=True, capture_output=True).stdout)


def compare_requests():
    scenarios = {
        'bare': lambda: request_time([]),
        'least supervisor': lambda: request_time(least_supervisor),
        'fake-kernel': lambda: request_time([fake_kernel]),
        'fake-kernel, 100 wait': lambda: request_time([fake_kernel], 100),
    }
    times = {name: [] for name in scenarios}
    for _ in range(ROUNDS):
        for name, measure in scenarios.items():
            times[name].append(measure())
    print(f'\n{"microseconds a request":40}{"least":>9}{"median":>9}')
    for name, figures in times.items():
        print(f'{name:40}{min(figures):9.2f}{statistics.median(figures):9.2f}')


ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
print(f'{"milliseconds a command":40}{"wall min":>9}{"median":>9}{"cpu min":>9}{"median":>9}')
compare(COMMANDS, 1, {
    'nfct, bare': nfct,
    'nfct, below timeout(1)': waiting,
    'nfct, a fake-kernel each': [fake_kernel, *nfct],
})
compare(LOOPS, COMMANDS, {
    f'sh with {COMMANDS} nfct, bare': loop,
    f'sh with {COMMANDS} nfct, one fake-kernel': [fake_kernel, *loop],
})
compare_requests()
