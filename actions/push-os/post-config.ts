/** The configuration as the new image shows it, kept beside that from before. It says nothing about the verdict. */
import type { StepContext } from '../../core/action.js';
import type { Driver } from '../../core/driver.js';
import { reasonOf } from '../../core/errors/index.js';
import { atPrompt } from '../read-device.js';

/** Nothing new is stored where the image changed nothing in it; where it cannot be read the story tells. */
export async function keepPostConfig(context: StepContext, { config }: Driver): Promise<void> {
  if (config === undefined) return;
  try {
    const dialog = await atPrompt(context, context.driver);
    const { output } = await dialog.run(config.running, {}, ['safe']);
    if (output.trim() !== '') await context.storeConfig('running-config', output);
  } catch (error) {
    context.story(`running-config was not read again: ${reasonOf(error)}`);
  }
}
