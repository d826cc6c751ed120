/**
 * pushOs: an OS image from the store to the device, proved by the device (vendors §4).
 *
 *   checkImage → classify → preFacts → gate → stage → verify → preConfig → install → select → commit → reload
 *                   │                           ↑ next attempt ┘                              │       │
 *                   │ at its boot loader                                       staged, end ◄──┘       ▼
 *                   └→ loaderFacts → loaderLoad → loaderWrite → loaderReset ────────────────────► bootWatch → postFacts → (confirm) → finalise
 *                                                                         recover ◄── at the loader ──┘          │
 *   (setting osPushFallBack: postFacts → fallBack → bootWatch → postFacts, once, where the new image is not as it should be)
 *   any error after the first write → assess: read the device, put the selection back, then the verdict ◄────────┘
 *   (a device that was lost and is back as before → preFacts again, a few times)
 */
import { textParam } from '../../core/action.js';
import type { Action } from '../../core/action.js';
import { commit, install, preConfig, select } from './activate.js';
import { assess, failed } from './assess.js';
import { finalise, postFacts } from './conclude.js';
import { confirm } from './confirm.js';
import { fallBack } from './fall-back.js';
import { loaderFacts, loaderLoad, loaderReset, loaderStands, loaderWrite, recover } from './loader.js';
import { planPush } from './plan.js';
import { checkImage, classify, gate, preFacts } from './prepare.js';
import { bootWatch, reload } from './reload.js';
import { retried } from './retried.js';
import { stage, verify } from './stage.js';

export const pushOs: Action = {
  name: 'pushOs',
  description: "Push an OS image from the port's file store to the device, reload it, and prove the new version.",
  parameters: {
    type: 'object',
    required: ['version'],
    additionalProperties: false,
    properties: {
      version: {
        type: 'string',
        pattern: '^(candidate|current|previous|archive (?:[1-9]|1\\d|20)|[A-Za-z0-9_]{1,9})$',
      },
      stageOnly: { type: 'boolean' },
    },
  },
  uses: 'line',
  intent: 'write',
  start: 'checkImage',
  steps: {
    checkImage,
    classify,
    preFacts,
    gate,
    stage,
    verify,
    preConfig,
    install,
    select,
    commit,
    reload,
    bootWatch,
    postFacts,
    confirm,
    finalise,
    fallBack,
    loaderFacts,
    loaderLoad,
    loaderWrite,
    loaderReset,
    recover,
    loaderStands,
    assess: retried(assess),
  },
  failed,
  plan: (context) => planPush(context, textParam(context.params, 'version')),
};
