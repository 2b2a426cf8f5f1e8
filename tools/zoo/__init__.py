"""The page docs/zoo.md: architectures as libraries ship them, audited as their authors draw them.

    architectures     which they are, how each is made, and what it is given
    measuring         one of them audited: a row of numbers
    page              docs/zoo.md, from the rows: figures, no judgement of a model
    __main__          the command; what was measured is kept, and not measured again

``python -m tools.zoo --keep FOLDER`` needs torch, torchvision, timm and transformers; no weights
are loaded, and nothing is downloaded.
"""
