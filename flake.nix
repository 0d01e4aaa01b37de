{
  description = "Finds Nix components whose sources changed while their output did not";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs = { self, nixpkgs }:
    let
      systems = [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" ];
      forAllSystems = make: nixpkgs.lib.genAttrs systems (system: make nixpkgs.legacyPackages.${system});

      project = (builtins.fromTOML (builtins.readFile ./pyproject.toml)).project;
      # What is required is written once, in pyproject.toml; nixpkgs has all of it under the same names.
      nameOf = requirement: builtins.head (builtins.match "([A-Za-z0-9-]+).*" requirement);
      required = requirements: python: map (requirement: python.${nameOf requirement}) requirements;
      optional = extra: required project.optional-dependencies.${extra};
      extras = [ "distributed" "remote-cache" ];

      package = pkgs: pkgs.python3Packages.buildPythonApplication {
        pname = project.name;
        version = project.version;
        pyproject = true;
        # Only what is installed: a change to the tests or the documentation is no new package.
        src = pkgs.lib.fileset.toSource {
          root = ./.;
          fileset = pkgs.lib.fileset.unions [ ./nixdrift ./pyproject.toml ./README.md ./LICENSE ];
        };
        build-system = [ pkgs.python3Packages.hatchling ];
        dependencies = required project.dependencies pkgs.python3Packages;
        makeWrapperArgs = [ "--prefix" "PATH" ":" (pkgs.lib.makeBinPath [ pkgs.git ]) ];
        pythonImportsCheck = [ "nixdrift" ];
        passthru.optional-dependencies =
          pkgs.lib.genAttrs extras (extra: optional extra pkgs.python3Packages);
        meta.description = project.description;
        meta.mainProgram = "nixdrift";
      };

      testPython = pkgs: pkgs.python3.withPackages (python:
        required project.dependencies python
        ++ builtins.concatMap (extra: optional extra python) extras
        ++ [ python.hatchling python.html5lib python.hypothesis python.jsonschema python.pathspec ]
        ++ [ python.playwright python.pytest python.pytest-xdist ]);

      # A derivation that succeeds if a script does, in a copy of this directory that can be written to.
      passes = pkgs: name: tools: script: pkgs.runCommand name { nativeBuildInputs = tools; } ''
        cp -r ${self} source
        chmod -R u+w source
        cd source
        export HOME=$TMPDIR
        ${script}
        touch $out
      '';

      failing = failOn: [ "--fail-on" failOn ];
    in
    {
      packages = forAllSystems (pkgs: rec {
        default = nixdrift;
        nixdrift = package pkgs;
      });

      apps = forAllSystems (pkgs: {
        default = {
          type = "app";
          program = "${package pkgs}/bin/nixdrift";
        };
      });

      devShells = forAllSystems (pkgs: {
        default = pkgs.mkShell { packages = [ (testPython pkgs) pkgs.git pkgs.gnumake pkgs.ruff ]; };
      });

      checks = forAllSystems (pkgs: {
        nixdrift = package pkgs;
        # A sandbox has no Nix that evaluates: `make test` runs the tests that need one, too.
        tests = passes pkgs "nixdrift-tests" [ (testPython pkgs) pkgs.git ]
          ''python -m pytest -n auto -m "not nix and not recordings"'';
        # `make lint` also checks types and imports, with stubs that nixpkgs does not have.
        lint = passes pkgs "nixdrift-lint" [ pkgs.ruff ] "ruff check && ruff format --check";
      });

      overlays.default = final: previous: { nixdrift = package final; };

      lib = {
        # An app that runs `nixdrift check` where it is started, with Nix and the history that are there.
        check = { pkgs, roots ? [ ], failOn ? "warning", arguments ? [ ], name ? "nixdrift-check" }: {
          type = "app";
          program = "${pkgs.writeShellApplication {
            inherit name;
            runtimeInputs = [ (package pkgs) ];
            text = ''exec nixdrift check ${pkgs.lib.escapeShellArgs (failing failOn ++ arguments ++ roots)} "$@"'';
          }}/bin/${name}";
        };

        # A derivation that judges two saved revisions and what git says has changed between them, without a repository
        # and so without proofs: that something is unproven, a warning, stops nothing unless it is asked for. It fails on
        # findings, and is the report in JSON otherwise.
        checkSnapshots = { pkgs, base, head, changes, failOn ? "error", arguments ? [ ], name ? "nixdrift-check" }:
          pkgs.runCommand name { nativeBuildInputs = [ (package pkgs) ]; } ''
            export HOME=$TMPDIR
            judge() {
              nixdrift check --base-graph ${base} --head-graph ${head} --changes ${changes} ${
                pkgs.lib.escapeShellArgs (failing failOn ++ arguments)} "$@"
            }
            judge >&2
            judge --json --output $out
          '';
      };
    };
}
