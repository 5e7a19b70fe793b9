"""Random numbers by thread, tried in a process of its own: the module is changed for good."""

import subprocess
import sys

CODE = """
import random, threading
random.seed(12)
expected = [random.randint(1, 10**9) for _ in range(3)]
state = random.getstate()
from lowprec.training.own_random import draw_by_thread
draw_by_thread()
draw_by_thread()
random.seed(12)
drawn = []
for _ in range(3):
    other = threading.Thread(target=random.random)
    other.start()
    other.join()
    drawn.append(random.randint(1, 10**9))
assert drawn == expected, (drawn, expected)
assert random.getstate() == state
"""


def test_another_thread_takes_no_number_of_a_seeded_one():
    subprocess.run([sys.executable, "-c", CODE], check=True)
