import { execFile } from 'node:child_process';

/** Longest output kept of one program; the largest is the 27 MB kernel read out of a package. */
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/**
 * Runs a program to its end, without a shell.
 *
 * @param command - program name, looked up in PATH
 * @param args - its arguments
 * @param cwd - folder to run in, default the current one
 * @returns its standard output as bytes
 * @throws Error with the command line and the program's standard error when it does not exit with 0
 */
export function run(command: string, args: readonly string[], cwd?: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const options = { encoding: 'buffer', maxBuffer: MAX_OUTPUT_BYTES, ...(cwd === undefined ? {} : { cwd }) } as const;
    // mkfs.fat, parted and in.tftpd live in sbin, which is not in an ordinary user's PATH on Debian.
    const env = { ...process.env, LC_ALL: 'C', PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` };
    execFile(command, args, { ...options, env }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${command} ${args.join(' ')}: ${stderr.toString().trim()}`, { cause: error }));
    });
  });
}
