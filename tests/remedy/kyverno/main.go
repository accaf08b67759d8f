// Command kyverno reads cluster policies from standard input as Kyverno does: with its types and its own validation.
//
// It prints the name of each policy that Kyverno would take, and fails with what is wrong with the first other one.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"

	kyverno "github.com/kyverno/kyverno/api/kyverno/v1"
	"k8s.io/apimachinery/pkg/util/sets"
	documents "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"
)

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(policies io.Reader, names io.Writer) error {
	reader := documents.NewYAMLReader(bufio.NewReader(policies))
	for {
		document, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		name, err := check(document)
		if err != nil {
			return err
		}
		fmt.Fprintln(names, name)
	}
}

func check(document []byte) (string, error) {
	var policy kyverno.ClusterPolicy
	if err := yaml.UnmarshalStrict(document, &policy); err != nil {
		return "", err
	}
	warnings, faults := policy.Validate(sets.New[string]())
	if len(faults) > 0 {
		return "", faults.ToAggregate()
	}
	if len(warnings) > 0 {
		return "", fmt.Errorf("%s: %v", policy.Name, warnings)
	}
	return policy.Name, nil
}
