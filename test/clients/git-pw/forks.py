# Runs git-pw again and again, each time in a process of its own that is forked from this one, which has loaded it already:
# three quarters of what a command costs is loading.
#
# Reads a JSON object a line: `folder`, `environment`, `arguments`, and the files that `stdout` and `stderr` name. Prints the
# status that git-pw exits with.
import json
import os
import sys
import traceback

import git_pw.shell


def run(command):
    """In the new process; as the script that is installed as `git-pw`."""
    for descriptor, path in ((1, command['stdout']), (2, command['stderr'])):
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(file, descriptor)
        os.close(file)
    empty = os.open(os.devnull, os.O_RDONLY)
    os.dup2(empty, 0)
    os.close(empty)
    os.environ.clear()
    os.environ.update(command['environment'])
    os.chdir(command['folder'])
    sys.argv = ['git-pw', *command['arguments']]
    sys.exit(git_pw.shell.cli())


def status_of(command):
    child = os.fork()
    if child == 0:
        code = 1
        try:
            run(command)
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


for line in sys.stdin:
    os.write(1, b'%d\n' % status_of(json.loads(line)))
