export const commitWords = {
  progress: (model: string) => `${model} is writing a commit message`,
  written: (model: string) => `Commit message written by ${model}.`,
  undo: 'Undo',
  noGit: 'VS Code’s Git support is turned off or has not started yet.',
  noRepository: 'There is no Git repository in this window.',
  whichRepository: 'Write Commit Message',
  forWhich: 'Select a repository',
  noChanges: 'There are no changes to write a commit message for.',
  conflicts: 'Resolve the merge conflicts first; then there is something to write a commit message for.',
  noModel: 'There is no Kiro model yet. Add an account first.',
  addAccount: 'Add Account…',
  unknownModel: (id: string) =>
    `The model “${id}” in kiroModels.commitMessage.model is not one of your account’s.`,
  openSettings: 'Open Settings',
  empty: 'The model wrote nothing. Try again, or choose another model in kiroModels.commitMessage.model.',
};
