#!/usr/bin/env node
import { main } from '@onnx-compress/cli';

await main(process);
