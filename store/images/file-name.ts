/** The vendor's file name of an image, as users give it. */
import { fail } from '../../core/errors/index.js';

/**
 * It reaches device command lines and TFTP requests: letters, digits and `. _ - +` only, and neither hidden nor an option.
 * 128 characters are more than any platform's file system takes.
 */
const FILE_NAME = /^[A-Za-z0-9_+][A-Za-z0-9._+-]{0,127}$/;

/** Errors: IMAGE_NAME_INVALID. */
export function checkFileName(name: string): void {
  if (!FILE_NAME.test(name)) throw fail('IMAGE_NAME_INVALID', { name: name.slice(0, 128) });
}
