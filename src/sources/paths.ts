import { posix, win32 } from 'node:path';

/** What decides where another program keeps its files. */
export interface Machine {
  platform: NodeJS.Platform;
  env: Readonly<Record<string, string | undefined>>;
  homedir: string;
}

/**
 * Where Kiro CLI's database may be, the likeliest place first. A path somebody named (the environment's
 * `KIROCLI_DB_PATH` or `KIRO_CLI_DB_FILE`, then the setting) is the only candidate: reading a login from somewhere else
 * would be a surprise. A leading `~` is the home folder; a relative path starts there too.
 */
export function kiroCliDatabaseCandidates(machine: Machine, configured: string): string[] {
  const named = [machine.env['KIROCLI_DB_PATH'], machine.env['KIRO_CLI_DB_FILE'], configured]
    .map((path) => path?.trim())
    .find((path) => path);
  if (named) return [absolute(machine, named)];
  const { join } = pathsOf(machine);
  return dataFolders(machine).map((folder) => join(folder, 'data.sqlite3'));
}

// The folder is the data directory of Rust's `dirs` crate plus the program's name; `amazon-q` is the older name.
function dataFolders(machine: Machine): string[] {
  const { env, homedir } = machine;
  const { join, isAbsolute } = pathsOf(machine);
  if (machine.platform === 'win32') {
    const local = env['LOCALAPPDATA'] || join(homedir, 'AppData', 'Local');
    // Earlier Windows builds of Kiro CLI used the roaming folder.
    const roaming = env['APPDATA'] || join(homedir, 'AppData', 'Roaming');
    return [join(local, 'kiro-cli'), join(roaming, 'kiro-cli'), join(local, 'amazon-q')];
  }
  const xdg = env['XDG_DATA_HOME'];
  const data =
    machine.platform === 'darwin'
      ? join(homedir, 'Library', 'Application Support')
      : xdg && isAbsolute(xdg)
        ? xdg
        : join(homedir, '.local', 'share');
  return [join(data, 'kiro-cli'), join(data, 'amazon-q')];
}

function absolute(machine: Machine, path: string): string {
  const { join, isAbsolute, normalize } = pathsOf(machine);
  if (isAbsolute(path)) return normalize(path);
  return join(machine.homedir, path.replace(/^~(?=$|[/\\])/, ''));
}

function pathsOf(machine: Machine): typeof posix {
  return machine.platform === 'win32' ? win32 : posix;
}
