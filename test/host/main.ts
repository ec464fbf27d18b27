/** Runs a command-line program: a failure is one line and exit code 1. */
export function main(program: () => Promise<void>): void {
  program().then(
    () => process.exit(0),
    (error: unknown) => {
      console.error(error instanceof Error ? error.message : String(error));
      process.exit(1);
    },
  );
}
