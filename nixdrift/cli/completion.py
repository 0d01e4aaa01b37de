"""``nixdrift completion``."""

import click

VARIABLE = "_NIXDRIFT_COMPLETE"
"""By this, a shell asks for what could stand next; the value is what it is and what it asks."""

_SHELLS = ("bash", "zsh", "fish")


@click.command(
    epilog="""\b
Examples:
  nixdrift completion bash > ~/.local/share/bash-completion/completions/nixdrift
  nixdrift completion zsh > ~/.zfunc/_nixdrift      with ~/.zfunc in fpath
  nixdrift completion fish > ~/.config/fish/completions/nixdrift.fish
  eval "$(nixdrift completion bash)"                for this shell alone
"""
)
@click.argument("shell", type=click.Choice(_SHELLS))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print what makes a shell complete commands, options, their values, rules and files.

    Bash 4.4 or later, zsh, or fish. The script asks nixdrift itself, and stays right with a new release.
    """
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    if found is None:
        raise click.UsageError(f"no completion for {shell}", context)
    asked = found(context.find_root().command, {}, "nixdrift", VARIABLE)
    # Not `source()`: it would look for the shell here, and where a script is made is not where it is used.
    click.echo(asked.source_template % asked.source_vars())
