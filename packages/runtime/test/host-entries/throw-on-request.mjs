/** A worker or process that throws as soon as it is asked for something. */
import { parentPort } from 'node:worker_threads';

const fail = () => {
  throw new Error('out of luck');
};
if (parentPort === null) process.on('message', fail);
else parentPort.on('message', fail);
