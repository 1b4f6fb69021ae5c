// Renderer is kustomize's own library behind a pipe: folders come in, objects go out, and nothing touches a disk.
//
// It reads one JSON request a line and answers each with one line. Paths are relative to Root, which is in memory and
// holds nothing but what the requests wrote: no link and no path leads out of it. A build costs half of what it does
// in kustomize's command, which starts anew for each folder, or gets slower with each folder of a common root; and a
// quarter with the patches in patches/, which keep kustomize's library from doing the same work again.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/kustomize/kyaml/openapi"
)

// Root is where the files lie; it shows in kustomize's messages.
const Root = "/repository"

// Request: what to change first, in this order, and the folder to build, as objects or as kustomize prints it.
type Request struct {
	Changes []Change `json:"changes"`
	Build   string   `json:"build"`
	Stream  bool     `json:"stream"`
}

// Change: a folder to remove, and files to write.
type Change struct {
	Remove string            `json:"remove"`
	Write  map[string][]byte `json:"write"`
}

// Answer: what the folder builds to, or why it doesn't.
type Answer struct {
	Objects []map[string]any `json:"objects,omitempty"`
	Stream  []byte           `json:"stream,omitempty"`
	Error   string           `json:"error,omitempty"`
}

// Builtin is the schema that kustomize merges by where no kustomization names another.
var builtin = openapi.GetSchemaVersion()

type refused struct{}

func (refused) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, errors.New("the network isn't used")
}

func main() {
	// A line without = in an env file takes its value from here, and git would be looked for on PATH.
	os.Clearenv()
	http.DefaultTransport = refused{}
	warm()
	if err := serve(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "renderer:", err)
		os.Exit(1)
	}
}

// Warm makes kustomize read its schemas, which takes longer than a build, while whoever started us still prepares.
func warm() {
	files := filesys.MakeFsInMemory()
	for name, text := range map[string]string{
		"kustomization.yaml": "resources: [service.yaml]\npatches: [{path: patch.yaml}]\n",
		"service.yaml":       "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 1}]}\n",
		"patch.yaml":         "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 1, name: b}]}\n",
	} {
		files.WriteFile(path.Join(Root, name), []byte(text))
	}
	krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(files, Root)
}

func serve(in io.Reader, out io.Writer) error {
	files := filesys.MakeFsInMemory()
	requests := json.NewDecoder(bufio.NewReaderSize(in, 1<<16))
	buffer := bufio.NewWriterSize(out, 1<<16)
	for {
		var request Request
		if err := requests.Decode(&request); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		line, err := handle(files, request)
		if err != nil {
			line, err = json.Marshal(Answer{Error: err.Error()})
		}
		if err != nil {
			return err
		}
		buffer.Write(append(line, '\n'))
		if err := buffer.Flush(); err != nil {
			return err
		}
	}
}

func handle(files filesys.FileSystem, request Request) (line []byte, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("kustomize panics: %v", cause)
		}
	}()
	for _, change := range request.Changes {
		if err := apply(files, change); err != nil {
			return nil, err
		}
	}
	// A folder's own schema is kept by the library for all builds that follow, whosever they are.
	defer func() {
		if openapi.GetSchemaVersion() != builtin {
			openapi.ResetOpenAPI()
			warm()
		}
	}()
	options := krusty.MakeDefaultOptions()
	if request.Stream {
		options.Reorder = krusty.ReorderOptionLegacy // as the command prints them
	}
	built, err := krusty.MakeKustomizer(options).Run(files, path.Join(Root, request.Build))
	if err != nil {
		return nil, err
	}
	var answer Answer
	if request.Stream {
		answer.Stream, err = built.AsYaml()
	} else {
		answer.Objects, err = objects(built)
	}
	if err != nil {
		return nil, err
	}
	return json.Marshal(answer)
}

func apply(files filesys.FileSystem, change Change) error {
	if change.Remove != "" {
		if err := files.RemoveAll(path.Join(Root, change.Remove)); err != nil {
			return err
		}
	}
	for name, data := range change.Write {
		if err := files.WriteFile(path.Join(Root, name), data); err != nil {
			return err
		}
	}
	return nil
}

func objects(built resmap.ResMap) ([]map[string]any, error) {
	list := make([]map[string]any, 0, built.Size())
	for _, resource := range built.Resources() {
		object, err := resource.Map()
		if err != nil {
			return nil, err
		}
		list = append(list, object)
	}
	return list, nil
}
