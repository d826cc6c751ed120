/** The console dialogue: text from bytes, and engines that say where a device stands and talk with it. No input or output. */
export { BootWatchMachine } from './boot-watch.js';
export { ByteDecoder } from './byte-decoder.js';
export { ClassifyMachine } from './classify.js';
export { CompiledTable } from './compiled-table.js';
export type { Prompt, PromptState, SeenFailure } from './compiled-table.js';
export { ExchangeMachine } from './exchange.js';
export type { Answer, ExchangeResult } from './exchange-result.js';
export { LoginMachine } from './login.js';
export type { LoginResult } from './login.js';
export type { DialogInput, DialogMachine, DialogOutput } from './machine.js';
export { LISTEN_BACK_MS, QUIET_MS } from './limits.js';
export { recordedText } from './recorded-text.js';
export { secretMask } from './secret-patterns.js';
export { SpeedProbeMachine } from './speed-probe.js';
export type { SpeedInput, SpeedOutput } from './speed-probe.js';
export { TextReader } from './text-reader.js';
