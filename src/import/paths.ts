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

/** Where Kiro's IDE keeps what a login is made of. */
export interface KiroIdePaths {
  /** The login; client registrations lie beside it. */
  token: string;
  /** The profile the person selected. */
  profile: string;
}

/** The files of Kiro's IDE on this machine, whether they exist or not. */
export function kiroIdePaths(machine: Machine): KiroIdePaths {
  const { join } = pathsOf(machine);
  return {
    token: join(machine.homedir, '.aws', 'sso', 'cache', 'kiro-auth-token.json'),
    profile: join(settingsFolder(machine), 'Kiro', 'User', 'globalStorage', 'kiro.kiroagent', 'profile.json'),
  };
}

// Where programs built on VS Code keep their user data.
function settingsFolder({ platform, env, homedir }: Machine): string {
  if (platform === 'win32') return env['APPDATA'] || win32.join(homedir, 'AppData', 'Roaming');
  if (platform === 'darwin') return posix.join(homedir, 'Library', 'Application Support');
  const xdg = env['XDG_CONFIG_HOME'];
  return xdg && posix.isAbsolute(xdg) ? xdg : posix.join(homedir, '.config');
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
