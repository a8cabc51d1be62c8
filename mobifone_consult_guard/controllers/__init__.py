from . import dataset, home, webclient
