from . import dataset, home, webclient, webmanifest
