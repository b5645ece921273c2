/** A child process that fetches all outputs of a model, int4 included, as plain onnxruntime-node code would. */
import { InferenceSession, Tensor } from 'onnxruntime-node';

process.on('message', async ({ command }) => {
  const session = await InferenceSession.create(command.model.bytes);
  await session.run({ x: new Tensor('float32', new Float32Array(8), [8]) });
});
