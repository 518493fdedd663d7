"""What the compiled scanner offers (built from native/ by CMakeLists.txt)."""

import numpy as np
import numpy.typing as npt

KINDS: tuple[str, ...]

def scan(
    text: bytes,
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.float32]]: ...
