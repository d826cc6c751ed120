/** What stands in a port's store now. */
import type { ImageAnswer } from '../api-answers.js';
import type { Cli } from '../cli.js';
import { json, pairs } from '../text.js';

export function tellStored(cli: Cli, port: string, image: ImageAnswer, options: { readonly json?: true }): void {
  const { version, fileName, sizeBytes, sha256 } = image;
  if (options.json === true) cli.io.out(json(image));
  else
    cli.io.out(
      pairs([
        ['Stored', `${fileName} as os ${version} of ${port}`],
        ['Size', `${String(sizeBytes)} bytes`],
        ['SHA-256', sha256],
      ]),
    );
}
