"""What PyInstaller cannot see: modules that are imported by name, when they are first needed."""  # noqa: N999

import neura_ai

hiddenimports = [f"neura_ai.{name}" for name in (*neura_ai._NAMES, *neura_ai._MORE_NAMES)]
hiddenimports += [f"neura_ai{name}" for name in neura_ai._LATER]
hiddenimports += neura_ai._LATER_OF_PYTHON
