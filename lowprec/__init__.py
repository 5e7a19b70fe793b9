"""Regression suite for low-precision training with TensorFlow/Keras.

Data flows one way, and no folder imports one further down this list:

    rows          choices as frozen tables: models, schemes, protocols, the matrix
    record        what came of a training, as it is stored; the table of verdict words
    data          where data comes from, and the form that `fit` takes
    training      precision, one round, all rounds of a pair
    expectations, history, judging      beside each other: what must come out, where it is kept,
                  and what is said of it
    report        tables, figures, the page
    suite, commands      the two ways in: pytest and `lowprec`
"""
