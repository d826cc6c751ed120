/** What raises and restores a console's speed, around one simulated device. */
import { planSpeed, raiseSpeed, restoreSpeed } from '../../../actions/line-speed.js';
import type { SpeedPlan, SpeedScene } from '../../../actions/line-speed.js';
import { settleSpeed } from '../../../actions/push-os/speed.js';
import type { StepContext } from '../../../core/action.js';
import type { Driver } from '../../../core/driver.js';
import type { LineSpeed } from '../../../core/line-speed.js';
import { DEFAULT_PUSH_SETTINGS } from '../../../core/settings.js';
import { withLoaderPrompts } from '../../../actions/read-device.js';
import { FakeClock } from '../../support/fake-clock.js';
import { openDialog, SpeedLine } from './speed-line.js';

export class SpeedBed {
  readonly clock = new FakeClock();
  readonly line: SpeedLine;
  readonly stories: string[] = [];
  readonly alarms: string[] = [];
  readonly scene: SpeedScene;
  readonly #abort = new AbortController();

  constructor(driver: Driver, options: { readonly from?: number; readonly wanted?: number } = {}) {
    this.line = new SpeedLine(options.from ?? 9600);
    const dialog = openDialog(this.line, withLoaderPrompts(driver), this.clock, this.#abort.signal);
    const context = {
      port: {
        id: 'n1:1/1',
        properties: {},
        settings: { ...DEFAULT_PUSH_SETTINGS, xmodemBaudRate: options.wanted ?? 115_200 },
      },
      clock: this.clock,
      signal: this.#abort.signal,
      resumed: false,
      attempts: [],
      dialog: () => Promise.resolve(dialog),
      credentials: () => ({}),
      story: (text: string) => this.stories.push(text),
      raiseAlarm: (kind: string, message: string) => {
        this.alarms.push(`${kind}: ${message}`);
        return Promise.resolve();
      },
    } as unknown as StepContext;
    this.scene = { context, driver, dialog, slots: {} };
  }

  /** Brings the dialogue to the prompt that stands. */
  async atPrompt(): Promise<string> {
    return (await this.#run(this.scene.dialog.classify(20_000))).text;
  }

  plan(lineSpeed: LineSpeed | undefined): Promise<SpeedPlan | undefined> {
    return this.#run(planSpeed(this.scene.context, this.scene.dialog, lineSpeed));
  }

  raise(plan: SpeedPlan): Promise<boolean> {
    return this.#run(raiseSpeed(this.scene, plan));
  }

  restore(plan: SpeedPlan): Promise<void> {
    return this.#run(restoreSpeed(this.scene, plan));
  }

  /** As a job that goes on after a break: our end is at the configured speed, nobody knows where the device is. */
  async settle(plan: SpeedPlan): Promise<boolean> {
    this.line.baudRate = plan.from;
    const memory = { speed: { from: plan.from, to: plan.to } };
    return this.#run(settleSpeed(this.scene.context, this.scene.driver, memory));
  }

  /** A command at the present speed is answered: what a transfer would stand on. */
  async answers(send: string): Promise<string> {
    return (await this.#run(this.scene.dialog.run({ send, silenceMs: 5_000 }, {}, ['safe']))).output;
  }

  #run<T>(work: Promise<T>): Promise<T> {
    return this.clock.run(work);
  }
}
