// Before the tests: one line that says why the tests on real models are skipped, if they are.
if (!process.env.ONNX_COMPRESS_ZOO) {
  console.log('ONNX_COMPRESS_ZOO names no folder of real models: the tests that need them are skipped.');
}
