// Compiles the official ONNX schema to packages/graph/generated (run after replacing schema/onnx-ml.proto).
import { execFileSync } from 'node:child_process';

const SCHEMA = 'packages/graph/schema/onnx-ml.proto';
const OUTPUT = 'packages/graph/generated/onnx';
const LEAN = ['--no-verify', '--no-convert', '--no-delimited', '--no-typeurl', '--no-service'];
const TYPES = ['--force-message', '--force-long'];

const run = (program, ...args) => execFileSync(`node_modules/.bin/${program}`, args, { stdio: 'inherit' });
const generate = (...args) => run('pbjs', '-t', 'static-module', '-w', 'esm', ...LEAN, ...TYPES, ...args, SCHEMA);

generate('-o', `${OUTPUT}.js`);
run('pbts', '-o', `${OUTPUT}.d.ts`, `${OUTPUT}.js`);
generate('--no-comments', '-o', `${OUTPUT}.js`);
