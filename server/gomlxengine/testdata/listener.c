// A PJRT plugin with two devices that takes tensors and programs but computes
// nothing: it appends each program to the file $ATELIER_HEARD and refuses it. So a
// test sees what GoMLX would hand to XLA where there is no XLA.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pjrt_c_api.h"

struct PJRT_Error { const char *message; };
struct PJRT_Client { int unused; };
struct PJRT_DeviceDescription { int number; };
struct PJRT_Device { PJRT_DeviceDescription description; };
struct PJRT_Buffer { PJRT_Device *device; };
struct PJRT_Event { int unused; };

static struct PJRT_Client client;
static struct PJRT_Device devices[2] = {{{0}}, {{1}}};
static PJRT_Device *list[2] = {&devices[0], &devices[1]};
static struct PJRT_Error refusal = {"the listener computes nothing"};
static struct PJRT_Error unheard = {"the listener cannot write to $ATELIER_HEARD"};
static struct PJRT_Event done;

static void error_destroy(PJRT_Error_Destroy_Args *a) {}
static void error_message(PJRT_Error_Message_Args *a) {
  a->message = a->error->message;
  a->message_size = strlen(a->message);
}
static PJRT_Error *error_code(PJRT_Error_GetCode_Args *a) { a->code = PJRT_Error_Code_UNIMPLEMENTED; return 0; }
static PJRT_Error *initialize(PJRT_Plugin_Initialize_Args *a) { return 0; }
static PJRT_Error *attributes(PJRT_Plugin_Attributes_Args *a) { a->num_attributes = 0; return 0; }
static PJRT_Error *create(PJRT_Client_Create_Args *a) { a->client = &client; return 0; }
static PJRT_Error *destroy(PJRT_Client_Destroy_Args *a) { return 0; }
static PJRT_Error *platform(PJRT_Client_PlatformName_Args *a) { a->platform_name = "listener"; a->platform_name_size = 8; return 0; }
static PJRT_Error *version(PJRT_Client_PlatformVersion_Args *a) { a->platform_version = "1"; a->platform_version_size = 1; return 0; }
static PJRT_Error *process(PJRT_Client_ProcessIndex_Args *a) { a->process_index = 0; return 0; }
static PJRT_Error *addressable(PJRT_Client_AddressableDevices_Args *a) {
  a->addressable_devices = list;
  a->num_addressable_devices = 2;
  return 0;
}
static PJRT_Error *assignment(PJRT_Client_DefaultDeviceAssignment_Args *a) {
  for (size_t i = 0; i < a->default_assignment_size; i++) a->default_assignment[i] = i;
  return 0;
}
static PJRT_Error *hardware(PJRT_Device_LocalHardwareId_Args *a) { a->local_hardware_id = a->device->description.number; return 0; }
static PJRT_Error *is_addressable(PJRT_Device_IsAddressable_Args *a) { a->is_addressable = 1; return 0; }
static PJRT_Error *description(PJRT_Device_GetDescription_Args *a) { a->device_description = &a->device->description; return 0; }
static PJRT_Error *description_process(PJRT_DeviceDescription_ProcessIndex_Args *a) { a->process_index = 0; return 0; }
static PJRT_Error *description_text(PJRT_DeviceDescription_DebugString_Args *a) { a->debug_string = "ear"; a->debug_string_size = 3; return 0; }
static PJRT_Error *take(PJRT_Client_BufferFromHostBuffer_Args *a) {
  PJRT_Buffer *b = malloc(sizeof *b);
  b->device = a->device;
  a->buffer = b;
  a->done_with_host_buffer = &done;
  return 0;
}
static PJRT_Error *buffer_device(PJRT_Buffer_Device_Args *a) { a->device = a->buffer->device; return 0; }
static PJRT_Error *buffer_destroy(PJRT_Buffer_Destroy_Args *a) { free(a->buffer); return 0; }
static PJRT_Error *event_await(PJRT_Event_Await_Args *a) { return 0; }
static PJRT_Error *event_destroy(PJRT_Event_Destroy_Args *a) { return 0; }
static PJRT_Error *compile(PJRT_Client_Compile_Args *a) {
  const char *path = getenv("ATELIER_HEARD");
  FILE *f = path ? fopen(path, "a") : 0;
  if (!f) return &unheard;
  size_t n = fwrite(a->program->code, 1, a->program->code_size, f);
  if (fclose(f) != 0 || n != a->program->code_size) return &unheard;
  return &refusal;
}

static PJRT_Api api = {
  .struct_size = PJRT_Api_STRUCT_SIZE,
  .pjrt_api_version = {.struct_size = PJRT_Api_Version_STRUCT_SIZE, .major_version = 0, .minor_version = 83},
  .PJRT_Error_Destroy = error_destroy, .PJRT_Error_Message = error_message, .PJRT_Error_GetCode = error_code,
  .PJRT_Plugin_Initialize = initialize, .PJRT_Plugin_Attributes = attributes,
  .PJRT_Event_Await = event_await, .PJRT_Event_Destroy = event_destroy,
  .PJRT_Client_Create = create, .PJRT_Client_Destroy = destroy, .PJRT_Client_PlatformName = platform,
  .PJRT_Client_PlatformVersion = version, .PJRT_Client_ProcessIndex = process,
  .PJRT_Client_DefaultDeviceAssignment = assignment,
  .PJRT_Client_AddressableDevices = addressable, .PJRT_Client_Compile = compile, .PJRT_Client_BufferFromHostBuffer = take,
  .PJRT_Device_LocalHardwareId = hardware, .PJRT_Device_IsAddressable = is_addressable, .PJRT_Device_GetDescription = description,
  .PJRT_DeviceDescription_ProcessIndex = description_process, .PJRT_DeviceDescription_DebugString = description_text,
  .PJRT_Buffer_Destroy = buffer_destroy, .PJRT_Buffer_Device = buffer_device,
};

const PJRT_Api *GetPjrtApi(void) { return &api; }
