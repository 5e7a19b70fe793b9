"""Does the fine-tuning keep its accuracy in mixed precision, and what does it save?"""

from net import FLOAT32, fine_tuned
from shapes import figures

import lowprec


@lowprec.schemes("single", "mixed", "half")
def test_figures(scheme, train):
    train(fine_tuned, figures(1500, 0), figures(500, 1), epochs=5, float32_layers=FLOAT32)
