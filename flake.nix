{
  description = "Finds Nix components whose sources changed while their output did not";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs = { self, nixpkgs }:
    let
      systems = [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" ];
      forAllSystems = make: nixpkgs.lib.genAttrs systems (system: make nixpkgs.legacyPackages.${system});
    in
    {
      packages = forAllSystems (pkgs: rec {
        default = nixdrift;
        nixdrift = pkgs.python3Packages.buildPythonApplication {
          pname = "nixdrift";
          version = (builtins.fromTOML (builtins.readFile ./pyproject.toml)).project.version;
          pyproject = true;
          # Only what is installed: a change to the tests or the documentation is no new package.
          src = pkgs.lib.fileset.toSource {
            root = ./.;
            fileset = pkgs.lib.fileset.unions [ ./nixdrift ./pyproject.toml ./README.md ./LICENSE ];
          };
          build-system = [ pkgs.python3Packages.hatchling ];
          dependencies = with pkgs.python3Packages; [ click gitpython msgspec networkx orjson pathspec platformdirs rich ];
          makeWrapperArgs = [ "--prefix" "PATH" ":" (pkgs.lib.makeBinPath [ pkgs.git ]) ];
          pythonImportsCheck = [ "nixdrift" ];
          meta.mainProgram = "nixdrift";
        };
      });

      apps = forAllSystems (pkgs: {
        default = {
          type = "app";
          program = "${self.packages.${pkgs.stdenv.hostPlatform.system}.default}/bin/nixdrift";
        };
      });
    };
}
