import type { Model } from '@onnx-compress/graph';
import { alexnet } from './alexnet.js';
import { bert } from './bert.js';
import { conditional } from './branches.js';
import { channelsLast } from './channels-last.js';
import { convnext } from './convnext.js';
import { densenet121 } from './densenet.js';
import { ssd, yolo } from './detectors.js';
import { diffusionBlocks } from './diffusion-block.js';
import { fusedBert } from './fused-bert.js';
import { gpt2 } from './gpt2.js';
import { googlenet, inceptionV3 } from './inception.js';
import { llama } from './llama.js';
import { efficientnet, mnasnet, mobilenetV3 } from './mobile.js';
import { crnn, gruAudio } from './recurrent.js';
import { regnet } from './regnet.js';
import { resnet50, resnext } from './resnet.js';
import { resnetOptionA } from './resnet-option-a.js';
import { shufflenetBySlice, shufflenetBySplit } from './shufflenet.js';
import { superResolution } from './super-resolution.js';
import { swin } from './swin.js';
import { unetByResize, unetByTransposedConv } from './unet.js';
import { vgg } from './vgg.js';
import { vit } from './vit.js';
import { wavenet } from './wavenet.js';

/**
 * Published architectures, narrowed so that one run takes milliseconds, written node for node as exporters of PyTorch,
 * TensorFlow and Hugging Face write them. Weights are random, the same every time.
 *
 * @example
 * const model = await ARCHITECTURES.resnet50();
 */
export const ARCHITECTURES = {
  alexnet,
  bert,
  'channels-last': channelsLast,
  conditional,
  'convnext-opset14': () => convnext(14),
  'convnext-opset17': () => convnext(17),
  crnn,
  densenet121,
  'diffusion-blocks': diffusionBlocks,
  efficientnet,
  'fused-bert': fusedBert,
  googlenet,
  gpt2,
  'gru-audio': gruAudio,
  'inception-v3': inceptionV3,
  llama,
  mnasnet,
  'mobilenet-v3': mobilenetV3,
  regnet,
  resnet50,
  'resnet-option-a': resnetOptionA,
  resnext,
  'shufflenet-slice': shufflenetBySlice,
  'shufflenet-split': shufflenetBySplit,
  ssd,
  'super-resolution': superResolution,
  'swin-opset14': () => swin(14),
  'swin-opset17': () => swin(17),
  'unet-resize': unetByResize,
  'unet-transposed-conv': unetByTransposedConv,
  vgg,
  'vit-opset14': () => vit(14),
  'vit-opset17': () => vit(17),
  wavenet,
  yolo,
} as const satisfies Readonly<Record<string, () => Model | Promise<Model>>>;
