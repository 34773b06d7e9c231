"""ONNX Runtime through its C interface: the library is the one that Python's package wraps, without the package."""
import ctypes

import numpy as np

# Places in the table OrtApi of onnxruntime_c_api.h; the table only grows at its end.
GET_ERROR_MESSAGE, CREATE_ENV, CREATE_SESSION, RUN, CREATE_SESSION_OPTIONS = 2, 3, 7, 9, 10
SET_OPTIMIZATION_LEVEL, SET_INTRA_OP_THREADS = 23, 24
INPUT_COUNT, OUTPUT_COUNT, INPUT_NAME, OUTPUT_NAME = 30, 31, 36, 37
CREATE_TENSOR, TENSOR_DATA, ELEMENT_COUNT, TENSOR_SHAPE, CPU_MEMORY, DEFAULT_ALLOCATOR = 49, 51, 64, 65, 69, 78
API_VERSION = 17
ALL_OPTIMIZATIONS, FLOAT = 99, 1


class ApiBase(ctypes.Structure):
    _fields_ = [
        ("get_api", ctypes.CFUNCTYPE(ctypes.POINTER(ctypes.c_void_p), ctypes.c_uint32)),
        ("get_version", ctypes.CFUNCTYPE(ctypes.c_char_p))]


class Session:
    """A graph of one output, ready to run; `inputs` of float32 tensors."""

    def __init__(self, library, graph, threads=0):
        base = ctypes.CDLL(library).OrtGetApiBase
        base.restype = ctypes.POINTER(ApiBase)
        self._table = base().contents.get_api(API_VERSION)
        environment, options = self._made(CREATE_ENV, 3, b"peer"), self._made(CREATE_SESSION_OPTIONS)
        self._call(SET_OPTIMIZATION_LEVEL, options, ALL_OPTIMIZATIONS)
        self._call(SET_INTRA_OP_THREADS, options, threads)  # 0: as many as there are cores
        self._session = self._made(CREATE_SESSION, environment, graph.encode(), options)
        self._memory = self._made(CPU_MEMORY, 1, 0)
        allocator = self._made(DEFAULT_ALLOCATOR)
        count = ctypes.c_size_t()
        self._call(INPUT_COUNT, self._session, ctypes.byref(count))
        self.inputs = count.value
        self._names = [self._made(INPUT_NAME, self._session, ctypes.c_size_t(i), allocator) for i in range(self.inputs)]
        self._output = self._made(OUTPUT_NAME, self._session, ctypes.c_size_t(0), allocator)

    def run(self, arrays):
        """The first output, flat."""
        tensors = [self._tensor(array) for array in arrays]
        output = ctypes.c_void_p()
        self._call(
            RUN, self._session, None, (ctypes.c_void_p * len(arrays))(*self._names), (ctypes.c_void_p * len(arrays))(*tensors),
            ctypes.c_size_t(len(arrays)), ctypes.byref(self._output), ctypes.c_size_t(1), ctypes.byref(output))
        data, count = self._made(TENSOR_DATA, output), ctypes.c_size_t()
        self._call(ELEMENT_COUNT, self._made(TENSOR_SHAPE, output), ctypes.byref(count))
        return np.ctypeslib.as_array(ctypes.cast(data, ctypes.POINTER(ctypes.c_float)), (count.value,)).copy()

    def _tensor(self, array):
        shape = (ctypes.c_int64 * array.ndim)(*array.shape)
        return self._made(
            CREATE_TENSOR, self._memory, array.ctypes.data_as(ctypes.c_void_p), ctypes.c_size_t(array.nbytes), shape,
            ctypes.c_size_t(array.ndim), FLOAT)

    def _made(self, place, *arguments):
        """What the function gives through its last argument."""
        made = ctypes.c_void_p()
        self._call(place, *arguments, ctypes.byref(made))
        return made

    def _call(self, place, *arguments):
        failed = ctypes.CFUNCTYPE(ctypes.c_void_p)(self._table[place])(*arguments)
        if failed:
            message = ctypes.CFUNCTYPE(ctypes.c_char_p, ctypes.c_void_p)(self._table[GET_ERROR_MESSAGE])
            raise OSError(message(failed).decode())
